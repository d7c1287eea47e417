package io.stripchart.persist.rollup;

import io.stripchart.persist.store.Partition;
import io.stripchart.persist.store.PartitionCatalog;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAmount;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drops partitions whose readings are all too old, one in a transaction, oldest first. */
final class Retention {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  private final Turn turn;
  private final Optional<TemporalAmount> retention;
  private final RollupMetrics metrics;
  private final Optional<RetentionGuard> guard;

  /** Without a guard. */
  Retention(Turn turn, Optional<TemporalAmount> retention, RollupMetrics metrics) {
    this(turn, retention, metrics, Optional.empty());
  }

  Retention(
      Turn turn,
      Optional<TemporalAmount> retention,
      RollupMetrics metrics,
      Optional<RetentionGuard> guard) {
    this.turn = turn;
    this.retention = retention;
    this.metrics = metrics;
    this.guard = guard;
  }

  Future<Void> run() {
    if (retention.isEmpty()) return Future.succeededFuture();
    return Rounds.of(() -> turn.take(this::step).onSuccess(this::dropped)).recover(Closing::later);
  }

  private Future<Optional<Partition>> step(SqlConnection connection) {
    return RollupStore.now(connection)
        .compose(
            now -> {
              guard.ifPresent(one -> one.look(now));
              return PartitionCatalog.read(connection)
                  .map(partitions -> tooOld(partitions, now, retention.orElseThrow()));
            })
        .compose(
            old -> {
              if (old.isPresent()) return drop(connection, old.get());
              guard.ifPresent(RetentionGuard::idle);
              return Future.succeededFuture(old);
            });
  }

  private Future<Optional<Partition>> drop(SqlConnection connection, Partition old) {
    return guard
        .map(one -> one.admits(connection, old, retention.orElseThrow()))
        .orElse(Future.succeededFuture(true))
        .compose(
            admitted ->
                admitted
                    ? RollupStore.drop(connection, old).map(Optional.of(old))
                    : Future.succeededFuture(Optional.empty()));
  }

  /**
   * The first partition that ends before the retention begins. A partition created by hand that
   * begins or ends within a day (UTC) is skipped: it shares a rollup with its neighbour.
   *
   * @param now in whose UTC calendar the retention is counted
   */
  static Optional<Partition> tooOld(
      List<Partition> partitions, Instant now, TemporalAmount retention) {
    var begin = now.atOffset(ZoneOffset.UTC).minus(retention).toInstant();
    return partitions.stream()
        .filter(partition -> !partition.isDefault())
        .filter(partition -> !partition.to().isAfter(begin))
        .filter(partition -> isWholeDay(partition.from()) && isWholeDay(partition.to()))
        .findFirst();
  }

  private static boolean isWholeDay(Instant time) {
    return time.truncatedTo(ChronoUnit.DAYS).equals(time);
  }

  private void dropped(Optional<Partition> old) {
    if (old.isEmpty()) return;
    var partition = old.get();
    metrics.dropped.increment();
    log.info(
        "event=partition_dropped table={} from={} to={}",
        partition.table(),
        partition.from(),
        partition.to());
  }
}
