package io.stripchart.persist.rollup;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.Optional;

/**
 * Recomputes the rollups of marked hours, some in each transaction. A transaction that stores a
 * reading of one of them waits for its end.
 */
final class Repairing {
  private static final int AT_ONCE = 100;

  private final Turn turn;
  private final RollupMetrics metrics;

  /** After which the next marks are taken. */
  private SeriesHour last = SeriesHour.NONE;

  Repairing(Turn turn, RollupMetrics metrics) {
    this.turn = turn;
    this.metrics = metrics;
  }

  /**
   * Goes on through the marks where it was, to the last one at most, so that each has its turn;
   * those that are set behind its back wait for the next time.
   *
   * @return whether some may be left, which wait for the next run, so that many hold up nothing
   */
  Future<Boolean> run() {
    return Rounds.of(RollupWorker.MAX_STEPS, () -> turn.take(this::step).onSuccess(this::repaired));
  }

  private void repaired(Optional<Integer> hours) {
    hours.ifPresent(metrics.repaired::increment);
  }

  private Future<Optional<Integer>> step(SqlConnection connection) {
    return RepairStore.take(connection, last, AT_ONCE)
        .compose(
            marks -> {
              if (marks.isEmpty()) {
                last = SeriesHour.NONE;
                return Future.succeededFuture(Optional.empty());
              }
              last = marks.last();
              var repaired = Future.<Void>succeededFuture();
              for (var near : marks.near()) {
                repaired = repaired.compose(done -> repair(connection, near));
              }
              return repaired.map(Optional.of(marks.size()));
            });
  }

  private static Future<Void> repair(SqlConnection connection, HourList hours) {
    return RepairStore.repair(connection, hours)
        .compose(done -> MinuteStore.note(connection, hours))
        .compose(noted -> DayStore.makeAgain(connection, hours));
  }
}
