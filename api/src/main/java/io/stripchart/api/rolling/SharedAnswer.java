package io.stripchart.api.rolling;

import io.vertx.core.Future;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The database's answer to one question, for all who ask it at nearly the same time: while it is
 * under way, and for a moment after it came. A failure is told only to those who waited for it.
 */
final class SharedAnswer {
  static final long KEPT_MICROS = 100_000;

  private final LongSupplier clock;
  private Future<RollingAverage> underWay;
  private RollingAverage kept;
  private long keptFrom;

  /**
   * @param clock gives microseconds of the epoch
   */
  SharedAnswer(LongSupplier clock) {
    this.clock = clock;
  }

  /**
   * @param question asked where there is no answer to share
   */
  Future<RollingAverage> or(Supplier<Future<RollingAverage>> question) {
    long age = clock.getAsLong() - keptFrom;
    if (kept != null && age >= 0 && age < KEPT_MICROS) return Future.succeededFuture(kept);
    kept = null;
    if (underWay != null) return underWay;
    var asked = question.get();
    underWay = asked;
    return asked.onComplete(
        done -> {
          underWay = null;
          kept = done.result();
          keptFrom = clock.getAsLong();
        });
  }
}
