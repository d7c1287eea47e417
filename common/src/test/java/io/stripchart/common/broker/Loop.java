package io.stripchart.common.broker;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;

/** An event loop of a test's own, on which publishers and consumers live. */
final class Loop implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(60);

  final Vertx vertx = Vertx.vertx();
  final Context context = vertx.getOrCreateContext();

  /** Runs there, and waits for the result. */
  <T> T await(Supplier<Future<T>> step) {
    return start(step)
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(LONG.toSeconds(), SECONDS)
        .join();
  }

  /** Runs there, and returns the result. */
  <T> T get(Supplier<T> step) {
    return await(() -> Future.succeededFuture(step.get()));
  }

  /** Runs there. */
  <T> Future<T> start(Supplier<Future<T>> step) {
    return Future.future(promise -> context.runOnContext(turn -> step.get().onComplete(promise)));
  }

  @Override
  public void close() {
    var unused =
        vertx
            .close()
            .toCompletionStage()
            .toCompletableFuture()
            .orTimeout(LONG.toSeconds(), SECONDS)
            .join();
  }
}
