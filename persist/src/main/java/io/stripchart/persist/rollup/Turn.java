package io.stripchart.persist.rollup;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.Optional;
import java.util.function.Function;

/**
 * Transactions of which only one runs at a time, in all processes. The lock ends with the
 * transaction, so a process that dies or is cut off does not keep it.
 */
final class Turn {
  private final Pool pool;
  private volatile boolean ended;

  Turn(Pool pool) {
    this.pool = pool;
  }

  /**
   * @param step runs in a transaction, which is committed if it succeeds; returns what it did, or
   *     empty if there was nothing to do
   * @return what was done and committed; empty also if another process has the lock, or after
   *     shutdown
   */
  <T> Future<Optional<T>> take(Function<SqlConnection, Future<Optional<T>>> step) {
    if (ended) return Future.succeededFuture(Optional.empty());
    return pool.withTransaction(
        connection ->
            RollupStore.tryLock(connection)
                .compose(
                    locked ->
                        locked
                            ? step.apply(connection)
                            : Future.succeededFuture(Optional.empty())));
  }

  /** No further step begins. */
  void end() {
    ended = true;
  }
}
