package io.stripchart.api.buckets;

import io.stripchart.api.ApiException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The buckets of a range.
 *
 * @param starts start of each bucket; the first one is at or before the start of the range
 * @param thresholds limits of the buckets within the range: its start, the starts of all buckets
 *     but the first, and its end. So the first and the last bucket hold readings of the range only
 */
public record BucketGrid(List<Instant> starts, List<Instant> thresholds) {
  public static final int MAX_BUCKETS = 10_000;

  public BucketGrid {
    starts = List.copyOf(starts);
    thresholds = List.copyOf(thresholds);
  }

  /**
   * @param to after {@code from}
   * @throws ApiException if it is not, or there are too many
   */
  public static BucketGrid of(Instant from, Instant to, BucketWidth width, ZoneId zone) {
    checkOrder(from, to);
    long first = width.index(from, zone);
    long last = width.index(to.minusNanos(1_000), zone);
    if (last - first >= MAX_BUCKETS) {
      throw ApiException.badArgument(
          "width",
          String.format(
              Locale.ROOT,
              "such that the window has at most %,d buckets, has %,d",
              MAX_BUCKETS,
              last - first + 1));
    }
    var starts = new ArrayList<Instant>();
    for (long index = first; index <= last; index++) {
      var start = width.start(index, zone);
      // A day that a zone left out begins when the next one does.
      if (!starts.isEmpty() && !start.isAfter(starts.get(starts.size() - 1))) continue;
      starts.add(start);
    }
    return new BucketGrid(starts, thresholds(from, to, starts));
  }

  /**
   * How many buckets a window has at most, without making them.
   *
   * @param to after {@code from}
   */
  public static long most(Instant from, Instant to, BucketWidth width) {
    // Of any zone: its days are at most two more than those of UTC.
    return width.index(to, ZoneOffset.UTC) - width.index(from, ZoneOffset.UTC) + 2;
  }

  static void checkOrder(Instant from, Instant to) {
    if (!from.isBefore(to)) {
      throw ApiException.badArgument("to", "after from, which is " + from + ", is " + to);
    }
  }

  private static List<Instant> thresholds(Instant from, Instant to, List<Instant> starts) {
    var thresholds = new ArrayList<Instant>();
    thresholds.add(from);
    thresholds.addAll(starts.subList(1, starts.size()));
    thresholds.add(to);
    return thresholds;
  }

  public int size() {
    return starts.size();
  }

  /** The middle of the part of a bucket within the range, in seconds since 1970. */
  double middle(int index) {
    return (seconds(thresholds.get(index)) + seconds(thresholds.get(index + 1))) / 2;
  }

  static double seconds(Instant time) {
    return time.getEpochSecond() + time.getNano() / 1e9;
  }
}
