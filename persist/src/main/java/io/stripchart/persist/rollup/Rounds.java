package io.stripchart.persist.rollup;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.function.Supplier;

/** Repeats a step one after the other; not as one chain of futures, which would grow with them. */
final class Rounds {
  private Rounds() {}

  /**
   * @param step tells what it did; asks a database, so that its future completes later
   * @return completes when there was nothing to do, fails with the first step that does
   */
  static <T> Future<Void> of(Supplier<Future<Optional<T>>> step) {
    var promise = Promise.<Void>promise();
    next(step, promise);
    return promise.future();
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
