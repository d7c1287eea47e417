package io.stripchart.api.rolling;

import io.stripchart.api.turns.Waiters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The database's result of one query, shared by concurrent requests: while the statement runs and
 * for a moment after it, until an event arrives that it may not have seen. Later requests wait for
 * the next result, together, so at most one statement runs. It waits in the turns of all requesters
 * that share it. A failure goes only to the requests that waited for it.
 */
final class SharedAnswer {
  static final long KEPT_MICROS = 100_000;

  private final LongSupplier clock;
  private final LongSupplier heard;
  private Round underWay;
  private Round next;
  private RollingAverage kept;
  private long keptFrom;

  /** Events before the statement was sent, which its result includes. */
  private long seen;

  /**
   * @param clock gives microseconds of the epoch
   * @param heard how many commits were heard of until now
   */
  SharedAnswer(LongSupplier clock, LongSupplier heard) {
    this.clock = clock;
    this.heard = heard;
  }

  /** One statement, and those who wait for it. */
  private final class Round {
    private final Supplier<Future<RollingAverage>> question;
    private final Waiters waiters = new Waiters();
    private final Promise<RollingAverage> answer = Promise.promise();

    private Round(Supplier<Future<RollingAverage>> question) {
      this.question = question;
    }

    Future<RollingAverage> join() {
      return waiters.join(answer.future());
    }

    void start() {
      underWay = this;
      kept = null;
      seen = heard.getAsLong();
      waiters
          .ask(question)
          .onComplete(
              done -> {
                underWay = null;
                kept = done.result();
                keptFrom = clock.getAsLong();
                startNext();
                answer.handle(done);
              });
    }
  }

  /**
   * @param question runs if there is no result to share
   */
  Future<RollingAverage> or(Supplier<Future<RollingAverage>> question) {
    if (underWay != null && hasSeenAll()) return underWay.join();
    if (underWay != null) {
      if (next == null) next = new Round(question);
      return next.join();
    }
    if (isFresh()) return Future.succeededFuture(kept);
    var round = new Round(question);
    var answer = round.join();
    round.start();
    return answer;
  }

  private boolean hasSeenAll() {
    return seen == heard.getAsLong();
  }

  private boolean isFresh() {
    long age = clock.getAsLong() - keptFrom;
    return kept != null && hasSeenAll() && age >= 0 && age < KEPT_MICROS;
  }

  private void startNext() {
    var round = next;
    next = null;
    if (round == null) return;
    if (isFresh()) {
      round.answer.complete(kept);
    } else {
      round.start();
    }
  }
}
