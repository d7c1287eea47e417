package io.stripchart.persist.rollup;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Repeats a step one after the other; not as one chain of futures, which would grow with them. */
final class Rounds {
  private Rounds() {}

  /**
   * @param step reports its work; uses a database, so its future completes later
   * @return completes when there is no work, fails with the first step that does
   */
  static <T> Future<Void> of(Supplier<Future<Optional<T>>> step) {
    var promise = Promise.<Void>promise();
    next(step, promise);
    return promise.future();
  }

  /**
   * The same, with a maximum number of steps.
   *
   * @return whether there may be more to do
   */
  static <T> Future<Boolean> of(int most, Supplier<Future<Optional<T>>> step) {
    var steps = new AtomicInteger();
    return of(() ->
            steps.getAndIncrement() < most
                ? step.get()
                : Future.succeededFuture(Optional.<T>empty()))
        .map(done -> steps.get() > most);
  }

  private static <T> void next(Supplier<Future<Optional<T>>> step, Promise<Void> promise) {
    Future.succeededFuture()
        .compose(now -> step.get())
        .onFailure(promise::fail)
        .onSuccess(
            done -> {
              if (done.isPresent()) next(step, promise);
              else promise.complete();
            });
  }
}
