package io.stripchart.persist;

import io.stripchart.common.settings.Settings;
import io.stripchart.persist.rollup.RollupSettings;
import io.stripchart.persist.store.PartitionSettings;
import io.stripchart.persist.store.ReadingStore;
import java.time.Duration;

/**
 * Settings of persist.
 *
 * @param prefetch maximum number of unacknowledged messages of this process; bounds its memory
 * @param batch maximum number of readings in a transaction; a larger message gets one of its own
 * @param partitionDays width of a partition of {@code reading}, in whole days
 * @param partitionsPerMinute maximum number of partitions that this process creates in a minute
 * @param drain how long stopping may wait for gathered messages
 * @param maxSeries maximum number of series in the database; readings of further ones are
 *     dead-lettered
 * @param rollup settings of rollups and retention
 */
public record PersistSettings(
    int prefetch,
    int batch,
    int partitionDays,
    int partitionsPerMinute,
    Duration drain,
    int maxSeries,
    RollupSettings rollup) {
  private static final int MAX_DAYS = 3_660;

  /** With as many series and new partitions as there may be by default. */
  public PersistSettings(
      int prefetch, int batch, int partitionDays, Duration drain, RollupSettings rollup) {
    this(prefetch, batch, partitionDays, drain, ReadingStore.DEFAULT_MAX_SERIES, rollup);
  }

  /** With as many new partitions as there may be by default. */
  public PersistSettings(
      int prefetch,
      int batch,
      int partitionDays,
      Duration drain,
      int maxSeries,
      RollupSettings rollup) {
    this(
        prefetch,
        batch,
        partitionDays,
        PartitionSettings.DEFAULT_PER_MINUTE,
        drain,
        maxSeries,
        rollup);
  }

  public static PersistSettings from(Settings settings) {
    return new PersistSettings(
        settings.count("STRIPCHART_PERSIST_PREFETCH", 5_000, 1, 65_535),
        settings.count("STRIPCHART_PERSIST_BATCH", 5_000, 1, 50_000),
        settings.parsed(
            "STRIPCHART_PARTITION_WIDTH",
            "P7D",
            "P1D to P" + MAX_DAYS + "D in whole days",
            PersistSettings::days),
        settings.count(
            "STRIPCHART_PARTITIONS_PER_MINUTE", PartitionSettings.DEFAULT_PER_MINUTE, 1, 10_000),
        settings.duration(
            "STRIPCHART_PERSIST_DRAIN",
            Duration.ofSeconds(4),
            Duration.ZERO,
            Duration.ofMinutes(5)),
        settings.count("STRIPCHART_SERIES_MAX", ReadingStore.DEFAULT_MAX_SERIES, 1, 100_000_000),
        RollupSettings.from(settings));
  }

  PartitionSettings partitions() {
    return new PartitionSettings(partitionDays, partitionsPerMinute, rollup.retention());
  }

  private static int days(String text) {
    var width = Duration.parse(text);
    if (!width.equals(Duration.ofDays(width.toDays())))
      throw new IllegalArgumentException("is not of whole days");
    if (width.toDays() < 1 || width.toDays() > MAX_DAYS)
      throw new IllegalArgumentException("is " + width.toDays() + " days");
    return (int) width.toDays();
  }
}
