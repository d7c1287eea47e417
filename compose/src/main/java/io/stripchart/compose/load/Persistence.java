package io.stripchart.compose.load;

import io.stripchart.common.Backoff;
import io.stripchart.common.operations.OneLine;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Asks again and again, less and less often, for as long as there is hope: until nothing has moved
 * for so long. Waits, so never on an event loop.
 */
final class Persistence {
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(10), Duration.ofSeconds(1));
  private static final Duration SILENCE = Duration.ofSeconds(5);

  /** Classes of PostgreSQL's errors: connection, conflict, resources, operators, system. */
  private static final Set<String> PASSING = Set.of("08", "40", "53", "55", "57", "58");

  /** A Stripchart that is starting has yet to make it. */
  private static final String NO_TABLE = "42P01";

  private final Duration patience;
  private final Consumer<String> told;

  /**
   * @param patience time without progress after which it gives up
   * @param told receives a line when a wait takes long
   */
  Persistence(Duration patience, Consumer<String> told) {
    this.patience = patience;
    this.told = told;
  }

  /** Looks once for the awaited readings. */
  interface Look {
    /**
     * @return how much is missing still; 0 ends the wait
     */
    long missing() throws ExecutionException;
  }

  /**
   * Looks until all awaited readings are stored.
   *
   * @param what the awaited readings, for messages
   * @throws UnfinishedException after the patience without progress
   */
  void until(String what, Look look) throws UnfinishedException {
    long moved = System.nanoTime();
    long saidAt = moved;
    long least = Long.MAX_VALUE;
    for (int attempt = 0; ; attempt++) {
      var why = Optional.<String>empty();
      long missing = least;
      try {
        missing = look.missing();
      } catch (ExecutionException failure) {
        why = Optional.of(OneLine.of(failure.getCause()));
        if (isFinal(failure.getCause())) throw new UnfinishedException(what + ": " + why.get());
      }
      if (why.isEmpty() && missing == 0) return;
      long now = System.nanoTime();
      if (missing < least) {
        least = missing;
        moved = now;
        attempt = 0;
      }
      var wait = what + why.map(reason -> ": " + reason).orElse("");
      if (now - moved > patience.toNanos()) throw new UnfinishedException(given(wait));
      if (now - Math.max(moved, saidAt) > SILENCE.toNanos()) {
        told.accept("waiting for " + wait);
        saidAt = now;
      }
      sleep(BACKOFF.delay(attempt, ThreadLocalRandom.current()));
    }
  }

  /**
   * Whether a retry would fail in the same way: not if the database is unavailable or lacks its
   * schema.
   */
  private static boolean isFinal(Throwable failure) {
    if (!(failure instanceof PgException refused) || refused.getSqlState() == null) return false;
    return !PASSING.contains(refused.getSqlState().substring(0, 2))
        && !refused.getSqlState().equals(NO_TABLE);
  }

  /** Asks until there is an answer. */
  <T> T answer(String what, Supplier<Future<T>> question) throws UnfinishedException {
    var answer = new Object[1];
    until(
        what,
        () -> {
          answer[0] = await(question.get());
          return 0;
        });
    @SuppressWarnings("unchecked")
    T result = (T) answer[0];
    return result;
  }

  /** The result of a future that has its own time limit. */
  static <T> T await(Future<T> future) throws ExecutionException {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", interrupted);
    }
  }

  private String given(String wait) {
    return "gave up waiting for " + wait + ": nothing came for " + patience;
  }

  private static void sleep(Duration delay) {
    try {
      Thread.sleep(delay.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", interrupted);
    }
  }
}
