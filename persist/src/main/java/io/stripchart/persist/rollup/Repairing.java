package io.stripchart.persist.rollup;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.Optional;

/**
 * Makes the rollups of marked hours again, some in a transaction: whoever stores a reading of one
 * of them waits for its end.
 */
final class Repairing {
  private static final int AT_ONCE = 100;

  private final Turn turn;
  private final RollupMetrics metrics;

  Repairing(Turn turn, RollupMetrics metrics) {
    this.turn = turn;
    this.metrics = metrics;
  }

  /** Once through all marks; those that are set behind its back wait for the next time. */
  Future<Void> run() {
    var pass = new Pass();
    return Rounds.of(() -> turn.take(pass::step).onSuccess(this::repaired));
  }

  private void repaired(Optional<Integer> hours) {
    hours.ifPresent(metrics.repaired::increment);
  }

  private static final class Pass {
    private SeriesHour last = SeriesHour.NONE;

    Future<Optional<Integer>> step(SqlConnection connection) {
      return RepairStore.take(connection, last, AT_ONCE)
          .compose(
              marks -> {
                if (marks.isEmpty()) return Future.succeededFuture(Optional.empty());
                last = marks.last();
                return RepairStore.repair(connection, marks)
                    .compose(done -> MinuteStore.note(connection, marks))
                    .compose(noted -> DayStore.makeAgain(connection, marks))
                    .map(Optional.of(marks.size()));
              });
    }
  }
}
