package io.stripchart.persist.rollup;

import io.stripchart.persist.store.Partition;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAmount;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a wrong clock from having partitions dropped that are not too old. Nothing is dropped while
 * this process's clock and the database's disagree, for an hour after one of them was set, and if
 * no reading is young enough to confirm them; and some partitions an hour at most.
 */
final class RetentionGuard {
  private static final Logger log = LoggerFactory.getLogger(RetentionGuard.class);

  /** Of all processes together. */
  static final int MAX_AN_HOUR = 4;

  /** By how much clocks may differ. */
  static final Duration TOLERANCE = Duration.ofMinutes(5);

  private static final long SETTLING_NANOS = Duration.ofHours(1).toNanos();

  private final RollupMetrics metrics;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private volatile Held held;
  private Looked last;
  private boolean jumped;
  private long jumpedAt;

  private enum Why {
    CLOCKS_DISAGREE,
    CLOCK_WAS_SET,
    NOTHING_NEWER,
    SOME_AT_A_TIME
  }

  private record Held(Why why, String text) {}

  /** Both clocks, and a third, monotonic one. */
  private record Looked(Instant ours, Instant database, long nanos) {
    boolean hasJumpedSince(Looked before) {
      var passed = Duration.ofNanos(nanos - before.nanos);
      return differ(Duration.between(before.ours, ours), passed)
          || differ(Duration.between(before.database, database), passed);
    }

    private static boolean differ(Duration one, Duration other) {
      return one.minus(other).abs().compareTo(TOLERANCE) > 0;
    }
  }

  /**
   * @param clock of this process
   * @param nanoTime as {@link System#nanoTime}
   */
  RetentionGuard(RollupMetrics metrics, Clock clock, LongSupplier nanoTime) {
    this.metrics = metrics;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** To see the database's clock at each look, whether a partition has expired or not. */
  void look(Instant databaseNow) {
    var now = new Looked(clock.instant(), databaseNow, nanoTime.getAsLong());
    if (last != null && now.hasJumpedSince(last)) {
      jumped = true;
      jumpedAt = now.nanos;
    }
    last = now;
  }

  /** Nothing is too old. */
  void idle() {
    hold(null);
  }

  /**
   * Whether a partition may be dropped that is too old by the clock of the last look.
   *
   * @param retention how old readings become
   */
  Future<Boolean> admits(SqlConnection connection, Partition old, TemporalAmount retention) {
    var difference = Duration.between(last.ours, last.database);
    if (difference.abs().compareTo(TOLERANCE) > 0)
      return holdBack(Why.CLOCKS_DISAGREE, disagreement(difference));
    if (jumped && last.nanos - jumpedAt < SETTLING_NANOS)
      return holdBack(Why.CLOCK_WAS_SET, "a clock was set within the last hour");
    return RollupStore.droppedInTheLastHour(connection)
        .compose(
            dropped ->
                dropped < MAX_AN_HOUR
                    ? isConfirmed(connection, old, retention)
                    : holdBack(
                        Why.SOME_AT_A_TIME,
                        "at most " + MAX_AN_HOUR + " partitions are dropped in an hour"));
  }

  private static String disagreement(Duration difference) {
    return "the database's clock is %s s %s this process's"
        .formatted(difference.abs().toSeconds(), difference.isNegative() ? "behind" : "ahead of");
  }

  /** Whether the partition is too old also if the newest reading's time were now. */
  private Future<Boolean> isConfirmed(
      SqlConnection connection, Partition old, TemporalAmount retention) {
    var confirming = old.to().atOffset(ZoneOffset.UTC).plus(retention).toInstant();
    return RollupStore.hasReadingsFrom(connection, confirming)
        .compose(
            confirmed -> {
              if (!confirmed)
                return holdBack(
                    Why.NOTHING_NEWER,
                    "no reading is as new as " + confirming + ", so the clocks may be ahead");
              hold(null);
              return Future.succeededFuture(true);
            });
  }

  private Future<Boolean> holdBack(Why why, String text) {
    hold(new Held(why, text));
    return Future.succeededFuture(false);
  }

  private void hold(Held because) {
    boolean isNew = because != null && (held == null || held.why != because.why);
    held = because;
    metrics.retentionHeldBack(because != null);
    if (!isNew) return;
    if (because.why == Why.SOME_AT_A_TIME) {
      log.info("event=retention_held_back reason=\"{}\"", because.text);
    } else {
      log.warn("event=retention_held_back reason=\"{}\"; nothing is dropped", because.text);
    }
  }

  /** Why nothing is dropped although it is too old by a clock; any thread. */
  Optional<String> heldBack() {
    return Optional.ofNullable(held).map(Held::text);
  }
}
