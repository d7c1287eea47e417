package io.stripchart.persist.rollup;

import io.stripchart.persist.store.Partition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Whole hours to roll up in one transaction: {@code from} ≤ hour &lt; {@code to}.
 *
 * @param isEmpty whether no partition reaches into it, so that it has no readings
 */
record Stretch(Instant from, Instant to, boolean isEmpty) {

  /**
   * The first one from {@code from} on.
   *
   * @param from a whole hour
   * @param end a whole hour after it, which the stretch does not pass
   * @param partitions in the order of their times
   * @param most its length, in whole hours, unless it is empty
   */
  static Stretch next(Instant from, Instant end, List<Partition> partitions, Duration most) {
    for (var partition : partitions) {
      if (!partition.to().isAfter(from)) continue;
      // A partition need not begin with an hour.
      var begin = partition.from().truncatedTo(ChronoUnit.HOURS);
      if (begin.isAfter(from)) return new Stretch(from, earlier(begin, end), true);
      return new Stretch(from, earlier(from.plus(most), end), false);
    }
    return new Stretch(from, end, true);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
