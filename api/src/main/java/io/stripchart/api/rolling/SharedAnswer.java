package io.stripchart.api.rolling;

import io.vertx.core.Future;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The database's answer to one question, for all who ask it at nearly the same time: while it is
 * under way, and for a moment after it came, until something is heard of that it may not have seen.
 * Who asks after that waits for the next answer, together with all others who do, so that at most
 * one statement is under way. A failure is told only to those who waited for it.
 */
final class SharedAnswer {
  static final long KEPT_MICROS = 100_000;

  private final LongSupplier clock;
  private final LongSupplier heard;
  private Future<RollingAverage> underWay;
  private Future<RollingAverage> next;
  private RollingAverage kept;
  private long keptFrom;

  /** What was heard of before the statement was sent, and is in its answer. */
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
   * @param question asked where there is no answer to share
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
