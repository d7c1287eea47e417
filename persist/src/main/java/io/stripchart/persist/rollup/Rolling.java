package io.stripchart.persist.rollup;

import io.stripchart.persist.store.PartitionCatalog;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.Optional;

/** Rolls up closed readings, one time range in each transaction, oldest first. */
final class Rolling {
  private static final int DAY = 24;
  private static final String CANCELED = "57014";

  private final Turn turn;
  private final RollupMetrics metrics;
  private int mostHours = DAY;

  Rolling(Turn turn, RollupMetrics metrics) {
    this.turn = turn;
    this.metrics = metrics;
  }

  Future<Void> run() {
    return Rounds.of(() -> turn.take(this::step).onSuccess(this::rolled).onFailure(this::shorten));
  }

  private void rolled(Optional<Integer> hours) {
    if (hours.isEmpty()) return;
    metrics.rolled.increment(hours.get());
    mostHours = Math.min(DAY, mostHours * 2);
  }

  /** A stretch that takes longer than a statement may is not tried at that length again. */
  private void shorten(Throwable failure) {
    if (failure instanceof PgException refusal && CANCELED.equals(refusal.getSqlState()))
      mostHours = Math.max(1, mostHours / 2);
  }

  private Future<Optional<Integer>> step(SqlConnection connection) {
    return RollupStore.watermarks(connection)
        .compose(
            marks ->
                marks.rolledUntil().isBefore(marks.closedUntil())
                    ? step(connection, marks).map(Optional::of)
                    : Future.succeededFuture(Optional.empty()));
  }

  /**
   * A partition that is made after the list was read holds no reading from before the closing, so
   * none that is not marked.
   */
  private Future<Integer> step(SqlConnection connection, Watermarks marks) {
    return PartitionCatalog.read(connection)
        .map(
            partitions ->
                Stretch.next(
                    marks.rolledUntil(),
                    marks.closedUntil(),
                    partitions,
                    Duration.ofHours(mostHours)))
        .compose(
            stretch ->
                roll(connection, stretch)
                    .compose(
                        hours ->
                            MinuteStore.note(connection, stretch)
                                .compose(noted -> DayStore.make(connection, stretch))
                                .compose(made -> RollupStore.moveRolled(connection, stretch))
                                .map(hours)));
  }

  private static Future<Integer> roll(SqlConnection connection, Stretch stretch) {
    return stretch.isEmpty() ? Future.succeededFuture(0) : RollingStore.roll(connection, stretch);
  }
}
