package io.stripchart.api.control;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** The context that a thing belongs to, and the way there and back for those of other contexts. */
public final class HomeContext {
  private final Vertx vertx;
  private final Context home;

  /** Of the current context. */
  public HomeContext(Vertx vertx) {
    this.vertx = vertx;
    this.home = vertx.getOrCreateContext();
  }

  /** Calls at home; the future completes on the context of the caller. */
  public <T> Future<T> call(Supplier<Future<T>> work) {
    var caller = vertx.getOrCreateContext();
    var promise = Promise.<T>promise();
    home.runOnContext(
        there ->
            attempt(work)
                .onComplete(outcome -> caller.runOnContext(back -> promise.handle(outcome))));
    return promise.future();
  }

  private static <T> Future<T> attempt(Supplier<Future<T>> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }
}
