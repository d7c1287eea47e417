package io.stripchart.api.live;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Lets a few statements of subscribers run at a time, in the order in which they came, so that
 * those who are behind do not take the database from those who ask. Belongs to one context.
 */
final class ReadTurns {
  private final int max;
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
  private int running;
  private boolean starting;

  ReadTurns(int max) {
    this.max = max;
  }

  /**
   * @param wanted asked when its turn has come; else it fails, and nothing is read
   */
  <T> Future<T> read(BooleanSupplier wanted, Supplier<Future<T>> statement) {
    var promise = Promise.<T>promise();
    queue.add(
        () -> {
          if (!wanted.getAsBoolean()) {
            promise.fail(new CancellationException("nobody waits for it"));
            return;
          }
          running++;
          Future.succeededFuture()
              .compose(turn -> statement.get())
              .onComplete(
                  answer -> {
                    running--;
                    promise.handle(answer);
                    runNext();
                  });
        });
    runNext();
    return promise.future();
  }

  /** One that is answered at once leads back here, and must not nest: a thousand may be. */
  private void runNext() {
    if (starting) return;
    starting = true;
    try {
      while (running < max && !queue.isEmpty()) queue.poll().run();
    } finally {
      starting = false;
    }
  }
}
