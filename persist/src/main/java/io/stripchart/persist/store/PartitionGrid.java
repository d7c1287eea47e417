package io.stripchart.persist.store;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.NavigableMap;

/**
 * Default bounds of partitions: a whole number of days, counted from a Monday, so that weeks begin
 * on Mondays (UTC). Times far from now share wider partitions, so there are at most some hundreds
 * whatever times readings have.
 *
 * @param days width of a partition, at least 1
 */
record PartitionGrid(int days) {
  private static final Instant ORIGIN =
      LocalDate.of(1969, 12, 29).atStartOfDay(ZoneOffset.UTC).toInstant();

  private static final Instant YEAR_ONE = startOfYear(1);
  private static final int DAYS_OF_YEAR = 366;
  private static final int CENTURY = 100;
  private static final int YEARS_AHEAD = 10;

  /**
   * Between which times partitions have the width of the grid. A calendar year that lies outside is
   * one partition; a century that ends before 1970, or begins more than ten years after, is one
   * too.
   */
  record Near(Instant from, Instant to) {
    static final Near ALWAYS = new Near(Instant.MIN, Instant.MAX);

    private boolean excludes(PartitionRange range) {
      return !range.to().isAfter(from) || !range.from().isBefore(to);
    }

    private boolean isFarFrom(PartitionRange range) {
      return !range.to().isAfter(Instant.EPOCH)
          || !range.from().isBefore(startOfYear(year(to) + YEARS_AHEAD));
    }
  }

  PartitionRange around(Instant time) {
    long seconds = Duration.ofDays(days).toSeconds();
    long index = Math.floorDiv(time.getEpochSecond() - ORIGIN.getEpochSecond(), seconds);
    var from = ORIGIN.plusSeconds(index * seconds);
    return new PartitionRange(from, from.plusSeconds(seconds));
  }

  PartitionRange around(Instant time, Near near) {
    if (days >= DAYS_OF_YEAR) return around(time);
    var year = years(year(time), 1);
    if (!near.excludes(year)) return around(time);
    var century = years(Math.floorDiv(year(time), CENTURY) * CENTURY, CENTURY);
    return near.isFarFrom(century) ? century : year;
  }

  private static PartitionRange years(int first, int count) {
    var from = startOfYear(first);
    return new PartitionRange(
        from.isBefore(YEAR_ONE) ? YEAR_ONE : from, startOfYear(first + count));
  }

  private static int year(Instant time) {
    return time.atOffset(ZoneOffset.UTC).getYear();
  }

  private static Instant startOfYear(int year) {
    return LocalDate.of(year, 1, 1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /**
   * The range for a partition that holds {@code time} and overlaps none that exists: as the grid
   * has it, but ending where its neighbours begin, which may come from another width.
   *
   * @param existing by their beginning; none holds {@code time}
   */
  PartitionRange free(Instant time, NavigableMap<Instant, PartitionRange> existing, Near near) {
    return free(time, existing, around(time, near));
  }

  /** The same without wider partitions. */
  PartitionRange free(Instant time, NavigableMap<Instant, PartitionRange> existing) {
    return free(time, existing, around(time));
  }

  private static PartitionRange free(
      Instant time, NavigableMap<Instant, PartitionRange> existing, PartitionRange range) {
    var before = existing.floorEntry(time);
    var after = existing.ceilingEntry(time);
    var from = range.from();
    if (before != null && before.getValue().to().isAfter(from)) from = before.getValue().to();
    var to = range.to();
    if (after != null && after.getKey().isBefore(to)) to = after.getKey();
    return new PartitionRange(from, to);
  }
}
