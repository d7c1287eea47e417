package io.stripchart.persist.rollup;

import io.stripchart.persist.store.BatchLog;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.Optional;

/** Deletes old entries of the log of batches, some in each transaction. */
final class Forgetting {
  private static final int AT_ONCE = 10_000;

  private final Turn turn;
  private final Duration age;

  /**
   * @param age of the entries to keep
   */
  Forgetting(Turn turn, Duration age) {
    this.turn = turn;
    this.age = age;
  }

  Future<Void> run() {
    return Rounds.of(() -> turn.take(this::step));
  }

  private Future<Optional<Integer>> step(SqlConnection connection) {
    return BatchLog.forget(connection, age, AT_ONCE)
        .map(forgotten -> forgotten < AT_ONCE ? Optional.empty() : Optional.of(forgotten));
  }
}
