package io.stripchart.persist;

import io.stripchart.common.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Retries a failing operation with back-off, until it succeeds or is cancelled. */
final class Insistence {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

  private final Vertx vertx;
  private boolean ended;

  Insistence(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * @param passes whether a failure is transient, so that the step is repeated; others end it
   * @return the result of the last step
   */
  <T> Future<T> on(Supplier<Future<T>> step, Predicate<Throwable> passes) {
    var promise = Promise.<T>promise();
    attempt(step, passes, 0, promise);
    return promise.future();
  }

  private <T> void attempt(
      Supplier<Future<T>> step, Predicate<Throwable> passes, int failures, Promise<T> promise) {
    outcome(step)
        .onSuccess(promise::complete)
        .onFailure(
            failure -> {
              if (ended || !passes.test(failure)) {
                promise.fail(failure);
                return;
              }
              var delay = BACKOFF.delay(failures, ThreadLocalRandom.current());
              vertx.setTimer(
                  Math.max(1, delay.toMillis()),
                  due -> attempt(step, passes, failures + 1, promise));
            });
  }

  /** An exception of a step is its failure too. */
  private static <T> Future<T> outcome(Supplier<Future<T>> step) {
    return Future.succeededFuture().compose(now -> step.get());
  }

  /** From now on the next failure of whatever is repeated is its last. */
  void end() {
    ended = true;
  }
}
