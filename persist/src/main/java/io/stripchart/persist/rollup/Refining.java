package io.stripchart.persist.rollup;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.Optional;

/** Makes the minutes of hours with many readings, some hours in a transaction. */
final class Refining {
  private static final int AT_ONCE = 100;

  private final Turn turn;
  private final RollupMetrics metrics;

  Refining(Turn turn, RollupMetrics metrics) {
    this.turn = turn;
    this.metrics = metrics;
  }

  /**
   * @return whether some may be left, which wait for the next run, so that the minutes of old hours
   *     hold up nothing
   */
  Future<Boolean> run() {
    return Rounds.of(
        RollupWorker.MAX_STEPS,
        () ->
            turn.take(Refining::step)
                .onSuccess(made -> made.ifPresent(metrics.refined::increment)));
  }

  private static Future<Optional<Integer>> step(SqlConnection connection) {
    return MinuteStore.take(connection, AT_ONCE)
        .compose(
            hours -> {
              if (hours.isEmpty()) return Future.succeededFuture(Optional.empty());
              var made = Future.succeededFuture(0);
              for (var near : hours.near()) {
                made =
                    made.compose(
                        sum -> MinuteStore.make(connection, near).map(count -> sum + count));
              }
              return made.map(Optional::of);
            });
  }
}
