package io.stripchart.persist.store;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.NavigableMap;

/**
 * Where partitions begin and end by themselves: every so many days, counted from a Monday, so that
 * weeks begin on Mondays (UTC).
 *
 * @param days width of a partition, at least 1
 */
record PartitionGrid(int days) {
  private static final Instant ORIGIN =
      LocalDate.of(1969, 12, 29).atStartOfDay(ZoneOffset.UTC).toInstant();

  PartitionRange around(Instant time) {
    long seconds = Duration.ofDays(days).toSeconds();
    long index = Math.floorDiv(time.getEpochSecond() - ORIGIN.getEpochSecond(), seconds);
    var from = ORIGIN.plusSeconds(index * seconds);
    return new PartitionRange(from, from.plusSeconds(seconds));
  }

  /**
   * The range for a partition that holds {@code time} and overlaps none that exists: as the grid
   * has it, but ending where its neighbours begin, which may come from another width.
   *
   * @param existing by their beginning; none holds {@code time}
   */
  PartitionRange free(Instant time, NavigableMap<Instant, PartitionRange> existing) {
    var range = around(time);
    var before = existing.floorEntry(time);
    var after = existing.ceilingEntry(time);
    var from = range.from();
    if (before != null && before.getValue().to().isAfter(from)) from = before.getValue().to();
    var to = range.to();
    if (after != null && after.getKey().isBefore(to)) to = after.getKey();
    return new PartitionRange(from, to);
  }
}
