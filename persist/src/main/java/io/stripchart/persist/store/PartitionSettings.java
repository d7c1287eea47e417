package io.stripchart.persist.store;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAmount;
import java.util.Optional;

/**
 * Which partitions of {@code reading} are made.
 *
 * @param days width of a partition of times near now, at least 1
 * @param perMinute how many one process makes in a minute at most
 * @param retention how old readings become; empty for ever
 */
public record PartitionSettings(int days, int perMinute, Optional<TemporalAmount> retention) {
  public static final int DEFAULT_PER_MINUTE = 240;
  private static final Duration YEAR = Duration.ofDays(365);
  private static final int LONG_YEARS = 10;

  public PartitionSettings(int days) {
    this(days, DEFAULT_PER_MINUTE, Optional.empty());
  }

  PartitionGrid grid() {
    return new PartitionGrid(days);
  }

  /**
   * From a year ago, or from the beginning of the retention, to a year ahead. Within a retention
   * partitions keep their width, so that readings outlive it by that width and not by a year; one
   * of more than ten years is not that exact.
   */
  PartitionGrid.Near near(Instant now) {
    var yearAgo = now.minus(YEAR);
    var utc = now.atOffset(ZoneOffset.UTC);
    var from =
        retention
            .map(amount -> utc.minus(amount))
            .filter(begin -> !begin.isBefore(utc.minusYears(LONG_YEARS)))
            .map(begin -> begin.toInstant())
            .filter(begin -> begin.isBefore(yearAgo))
            .orElse(yearAgo);
    return new PartitionGrid.Near(from, now.plus(YEAR));
  }
}
