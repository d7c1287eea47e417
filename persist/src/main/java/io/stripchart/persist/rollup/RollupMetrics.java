package io.stripchart.persist.rollup;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Metrics of the rollup worker. */
final class RollupMetrics {
  final Counter rolled;
  final Counter repaired;
  final Counter refined;
  final Counter dropped;
  final Counter failures;
  private final MeterRegistry registry;
  private final Clock clock;
  private final Gauge marked;
  private final Gauge lag;
  private final Gauge held;
  private volatile boolean isHeld;
  private volatile double marks = Double.NaN;
  private volatile Instant rolledUntil;

  RollupMetrics(MeterRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
    rolled = counter("stripchart.rollup.hours.rolled", "Hour rollups written or extended");
    repaired =
        counter("stripchart.rollup.hours.repaired", "Marked hours whose rollups were repaired");
    refined = counter("stripchart.rollup.hours.refined", "Hours whose minutes were computed");
    dropped = counter("stripchart.partitions.dropped", "Partitions of too old readings dropped");
    failures = counter("stripchart.rollup.failures", "Failures of the work on rollups");
    marked =
        Gauge.builder("stripchart.rollup.marks", () -> marks)
            .description(
                "Hours whose rollups are not used, as late readings came, at the last look")
            .register(registry);
    held =
        Gauge.builder("stripchart.retention.held.back", () -> isHeld ? 1 : 0)
            .description("1 while partitions that are too old are kept, as a clock may be wrong")
            .register(registry);
    lag =
        Gauge.builder("stripchart.rollup.lag", this::lagSeconds)
            .description("How long rollups are behind the last minute that is over")
            .baseUnit("seconds")
            .register(registry);
  }

  void retentionHeldBack(boolean isHeldBack) {
    isHeld = isHeldBack;
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  void seen(Instant rolledUntilNow, long marksNow) {
    rolledUntil = rolledUntilNow;
    marks = marksNow;
  }

  private double lagSeconds() {
    if (rolledUntil == null) return Double.NaN;
    var over = clock.instant().truncatedTo(ChronoUnit.MINUTES);
    return Math.max(0, Duration.between(rolledUntil, over).toSeconds());
  }

  /** Gauges live as long as their source; counters continue. */
  void close() {
    registry.remove(marked);
    registry.remove(lag);
    registry.remove(held);
  }
}
