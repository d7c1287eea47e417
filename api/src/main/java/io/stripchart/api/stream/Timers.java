package io.stripchart.api.stream;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Time, as it passes on one context.
 *
 * @param tasks runs a task after a time
 * @param clock nanoseconds since some moment
 */
record Timers(BiConsumer<Duration, Runnable> tasks, LongSupplier clock) {
  /** Those of the current context. */
  static Timers of(Vertx vertx) {
    return new Timers(
        (delay, task) -> vertx.setTimer(Math.max(1, delay.toMillis()), late -> task.run()),
        System::nanoTime);
  }

  void after(Duration delay, Runnable task) {
    tasks.accept(delay, task);
  }

  long nanos() {
    return clock.getAsLong();
  }
}
