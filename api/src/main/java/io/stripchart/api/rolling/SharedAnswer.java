package io.stripchart.api.rolling;

import io.vertx.core.Future;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The database's result of one query, shared by concurrent requests: while the statement runs and
 * for a moment after it, until an event arrives that it may not have seen. Later requests wait for
 * the next result, together, so at most one statement runs. A failure goes only to the requests
 * that waited for it.
 */
final class SharedAnswer {
  static final long KEPT_MICROS = 100_000;

  private final LongSupplier clock;
  private final LongSupplier heard;
  private Future<RollingAverage> underWay;
  private Future<RollingAverage> next;
  private RollingAverage kept;
  private long keptFrom;

  /** Events before the statement was sent, which its result includes. */
  private long seen;

  /**
   * @param clock gives microseconds of the epoch
   * @param heard how many commits were heard of until now
   */
  SharedAnswer(LongSupplier clock, LongSupplier heard) {
    this.clock = clock;
    this.heard = heard;
  }

  /**
   * @param question runs if there is no result to share
   */
  Future<RollingAverage> or(Supplier<Future<RollingAverage>> question) {
    boolean hasSeenAll = seen == heard.getAsLong();
    if (underWay != null) return hasSeenAll ? underWay : askNext(question);
    long age = clock.getAsLong() - keptFrom;
    if (kept != null && hasSeenAll && age >= 0 && age < KEPT_MICROS) {
      return Future.succeededFuture(kept);
    }
    return ask(question);
  }

  private Future<RollingAverage> ask(Supplier<Future<RollingAverage>> question) {
    kept = null;
    seen = heard.getAsLong();
    var asked = question.get();
    underWay = asked;
    return asked.onComplete(
        done -> {
          underWay = null;
          kept = done.result();
          keptFrom = clock.getAsLong();
        });
  }

  private Future<RollingAverage> askNext(Supplier<Future<RollingAverage>> question) {
    if (next == null) {
      next =
          underWay.transform(
              done -> {
                next = null;
                return or(question);
              });
    }
    return next;
  }
}
