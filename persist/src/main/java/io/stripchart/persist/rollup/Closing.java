package io.stripchart.persist.rollup;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes past minutes: a transaction that stores a reading of them afterwards marks its hour. */
final class Closing {
  private static final Logger log = LoggerFactory.getLogger(Closing.class);
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final Pool pool;

  Closing(Pool pool) {
    this.pool = pool;
  }

  /** Takes the lock that storing needs only when there is a minute to close. */
  Future<Void> run() {
    return RollupStore.watermarks(pool)
        .compose(
            marks ->
                marks.closable().isAfter(marks.closedUntil())
                    ? RollupStore.close(pool, marks.closable())
                    : Future.succeededFuture())
        .recover(Closing::later);
  }

  /** A transaction that stores for long is let through: the minute is closed the next time. */
  static Future<Void> later(Throwable failure) {
    if (!isLocked(failure)) return Future.failedFuture(failure);
    log.info("event=rollup_postponed reason=\"a lock is held\"");
    return Future.succeededFuture();
  }

  private static boolean isLocked(Throwable failure) {
    return failure instanceof PgException refusal
        && LOCK_NOT_AVAILABLE.equals(refusal.getSqlState());
  }
}
