package io.stripchart.api.live;

import io.stripchart.api.turns.FairTurns;
import io.stripchart.api.turns.Requester;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Lets a few statements of subscribers run at a time, so that those who are behind do not take the
 * database from those who ask. Connections take turns, whose statements run in their order. Belongs
 * to one context.
 */
final class ReadTurns {
  /** A subscription waits with one statement, and their number is limited elsewhere. */
  private static final int UNLIMITED = Integer.MAX_VALUE;

  private final FairTurns<Read<?>> turns;
  private boolean starting;

  ReadTurns(int max) {
    turns = new FairTurns<>(new FairTurns.Limits(max, false, UNLIMITED, UNLIMITED, UNLIMITED));
  }

  /**
   * @param context of the subscriber, where the requester is known; null in none
   */
  private record Read<T>(
      BooleanSupplier wanted, Supplier<Future<T>> statement, Promise<T> answer, Context context) {
    Future<T> start() {
      if (!wanted.getAsBoolean()) {
        return Future.failedFuture(new CancellationException("nobody waits for it"));
      }
      return Future.<T>succeededFuture().compose(turn -> statement.get());
    }
  }

  /**
   * @param wanted asked when its turn has come; else it fails, and nothing is read
   */
  <T> Future<T> read(BooleanSupplier wanted, Supplier<Future<T>> statement) {
    var read = new Read<T>(wanted, statement, Promise.promise(), Vertx.currentContext());
    turns.add(Requester.current(), read);
    runNext();
    return read.answer.future();
  }

  /** One that is answered at once leads back here, and must not nest: a thousand may be. */
  private void runNext() {
    if (starting) return;
    starting = true;
    try {
      for (var turn = turns.next(); turn != null; turn = turns.next()) {
        run(turn.requester(), turn.task());
      }
    } finally {
      starting = false;
    }
  }

  private <T> void run(Requester requester, Read<T> read) {
    if (read.context == null || read.context == Vertx.currentContext()) {
      runHere(requester, read);
    } else {
      read.context.runOnContext(turn -> runHere(requester, read));
    }
  }

  private <T> void runHere(Requester requester, Read<T> read) {
    read.start()
        .onComplete(
            done -> {
              turns.ended(requester);
              read.answer.handle(done);
              runNext();
            });
  }
}
