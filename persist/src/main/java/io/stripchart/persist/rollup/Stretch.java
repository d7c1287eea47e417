package io.stripchart.persist.rollup;

import io.stripchart.persist.store.Partition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Whole minutes to roll up in one transaction: {@code from} ≤ time &lt; {@code to}. It goes on with
 * an hour of which a part is rolled up, and then ends with it at the latest; or it begins with an
 * hour.
 *
 * @param isEmpty whether no partition reaches into it, so that it has no readings
 */
record Stretch(Instant from, Instant to, boolean isEmpty) {

  /**
   * The first one from {@code from} on.
   *
   * @param from a whole minute
   * @param end a whole minute after it, which the stretch does not pass
   * @param partitions in the order of their times
   * @param most its length, in whole hours, unless it is empty
   */
  static Stretch next(Instant from, Instant end, List<Partition> partitions, Duration most) {
    var hour = from.truncatedTo(ChronoUnit.HOURS);
    return hour.equals(from)
        ? ofHours(from, end, partitions, most)
        : new Stretch(from, earlier(hour.plus(1, ChronoUnit.HOURS), end), false);
  }

  private static Stretch ofHours(
      Instant from, Instant end, List<Partition> partitions, Duration most) {
    for (var partition : partitions) {
      if (!partition.to().isAfter(from)) continue;
      // A partition need not begin with an hour.
      var begin = partition.from().truncatedTo(ChronoUnit.HOURS);
      if (begin.isAfter(from)) return new Stretch(from, earlier(begin, end), true);
      return new Stretch(from, earlier(from.plus(most), end), false);
    }
    return new Stretch(from, end, true);
  }

  /** Whether readings before it are in the rollup of its first hour. */
  boolean goesOn() {
    return !from.equals(from.truncatedTo(ChronoUnit.HOURS));
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
