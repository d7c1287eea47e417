package io.stripchart.persist.rollup;

import io.stripchart.persist.store.BatchLog;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.Optional;

/** Keeps the log of what was stored lately short, some of it in a transaction. */
final class Forgetting {
  private static final int AT_ONCE = 10_000;

  private final Turn turn;

  Forgetting(Turn turn) {
    this.turn = turn;
  }

  Future<Void> run() {
    return Rounds.of(() -> turn.take(Forgetting::step));
  }

  private static Future<Optional<Integer>> step(SqlConnection connection) {
    return BatchLog.forget(connection, AT_ONCE)
        .map(forgotten -> forgotten < AT_ONCE ? Optional.empty() : Optional.of(forgotten));
  }
}
