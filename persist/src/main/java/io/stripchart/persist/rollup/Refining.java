package io.stripchart.persist.rollup;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the minutes of hours with many readings, some hours in a transaction. */
final class Refining {
  private static final int AT_ONCE = 100;

  /**
   * Of a run; what is left waits for the next, so that the minutes of old hours hold up nothing.
   */
  private static final int MAX_STEPS = 100;

  private final Turn turn;
  private final RollupMetrics metrics;

  Refining(Turn turn, RollupMetrics metrics) {
    this.turn = turn;
    this.metrics = metrics;
  }

  Future<Void> run() {
    var steps = new AtomicInteger();
    return Rounds.of(
        () ->
            steps.incrementAndGet() > MAX_STEPS
                ? Future.succeededFuture(Optional.empty())
                : turn.take(Refining::step)
                    .onSuccess(made -> made.ifPresent(metrics.refined::increment)));
  }

  private static Future<Optional<Integer>> step(SqlConnection connection) {
    return MinuteStore.take(connection, AT_ONCE)
        .compose(
            hours ->
                hours.isEmpty()
                    ? Future.succeededFuture(Optional.empty())
                    : MinuteStore.make(connection, hours).map(Optional::of));
  }
}
