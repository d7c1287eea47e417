package io.stripchart.api.live;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.stream.StoredStream;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes subscribers wait until the stream has begun, because they would miss what is stored
 * meanwhile. Belongs to one context.
 */
final class Readiness implements StoredStream.Follower {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final Context context;
  private final StoredStream stream;
  private final Set<Promise<Void>> waiting = new LinkedHashSet<>();
  private volatile boolean ready;

  Readiness(Vertx vertx, StoredStream stream) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.stream = stream;
  }

  @Override
  public void appended() {
    if (ready || !stream.isReady()) return;
    ready = true;
    context.runOnContext(
        turn -> {
          List.copyOf(waiting).forEach(Promise::tryComplete);
          waiting.clear();
        });
  }

  /**
   * @return fails with {@link ApiException} if it takes too long
   */
  Future<Void> await() {
    if (ready || stream.isReady()) return Future.succeededFuture();
    var promise = Promise.<Void>promise();
    waiting.add(promise);
    long timer =
        vertx.setTimer(
            PATIENCE.toMillis(),
            late -> {
              waiting.remove(promise);
              promise.tryFail(
                  new ApiException(
                      Code.BROKER_AWAY,
                      "live readings are not available yet, because the broker or the database is"
                          + " away; try again"));
            });
    return promise.future().onComplete(done -> vertx.cancelTimer(timer));
  }
}
