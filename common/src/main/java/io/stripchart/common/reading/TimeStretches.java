package io.stripchart.common.reading;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Disjoint time ranges of readings, in order; both ends are inclusive. They spare a reader from
 * reading everything from the time of a late reading on.
 */
public final class TimeStretches {
  /** Of one batch. */
  public static final int MAX_OF_BATCH = 16;

  /** Shorter gaps are read over, in microseconds. */
  private static final long MIN_GAP = 10_000_000;

  private final long[] firsts;
  private final long[] lasts;

  private TimeStretches(long[] firsts, long[] lasts) {
    this.firsts = firsts;
    this.lasts = lasts;
  }

  /**
   * Those of a batch, {@value #MAX_OF_BATCH} at most.
   *
   * @param readings in any order, at least one
   */
  public static TimeStretches of(List<Reading> readings) {
    var times = new long[readings.size()];
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (int i = 0; i < times.length; i++) {
      times[i] = ReadingTime.micros(readings.get(i).time());
      first = Math.min(first, times[i]);
      last = Math.max(last, times[i]);
    }
    // As nearly always.
    if (last - first < MIN_GAP) return between(first, last);
    Arrays.sort(times);
    return joined(times, times.clone(), MAX_OF_BATCH);
  }

  /** One stretch, in microseconds of the epoch. */
  public static TimeStretches between(long first, long last) {
    return new TimeStretches(new long[] {first}, new long[] {last});
  }

  /**
   * As they were noted.
   *
   * @param firsts in order; as many as there are {@code lasts}
   */
  public static TimeStretches of(OffsetDateTime[] firsts, OffsetDateTime[] lasts) {
    if (firsts.length != lasts.length) throw new IllegalArgumentException("not of one length");
    return new TimeStretches(micros(firsts), micros(lasts));
  }

  private static long[] micros(OffsetDateTime[] times) {
    return Arrays.stream(times).mapToLong(time -> ReadingTime.micros(time.toInstant())).toArray();
  }

  /** Their union as at most so many ranges, which then also cover gaps. */
  public static TimeStretches union(List<TimeStretches> all, int max) {
    if (all.size() == 1) return all.get(0);
    var stretches = new ArrayList<long[]>();
    for (var one : all) {
      for (int i = 0; i < one.firsts.length; i++) {
        stretches.add(new long[] {one.firsts[i], one.lasts[i]});
      }
    }
    stretches.sort(Comparator.comparingLong(stretch -> stretch[0]));
    return joined(
        stretches.stream().mapToLong(stretch -> stretch[0]).toArray(),
        stretches.stream().mapToLong(stretch -> stretch[1]).toArray(),
        max);
  }

  /**
   * @param firsts in order, and no longer needed by the caller, as the {@code lasts}
   */
  private static TimeStretches joined(long[] firsts, long[] lasts, int max) {
    int count = 0;
    for (int i = 0; i < firsts.length; i++) {
      if (count > 0 && firsts[i] - lasts[count - 1] < MIN_GAP) {
        lasts[count - 1] = Math.max(lasts[count - 1], lasts[i]);
      } else {
        firsts[count] = firsts[i];
        lasts[count++] = lasts[i];
      }
    }
    return divided(Arrays.copyOf(firsts, count), Arrays.copyOf(lasts, count), max);
  }

  /** At the largest gaps. */
  private static TimeStretches divided(long[] firsts, long[] lasts, int max) {
    if (firsts.length <= max) return new TimeStretches(firsts, lasts);
    var gaps = new long[firsts.length - 1];
    for (int i = 0; i < gaps.length; i++) gaps[i] = firsts[i + 1] - lasts[i];
    var sorted = gaps.clone();
    Arrays.sort(sorted);
    long least = sorted[gaps.length - max + 1];
    long ofLeast = max - 1 - Arrays.stream(gaps).filter(gap -> gap > least).count();
    var newFirsts = new long[max];
    var newLasts = new long[max];
    int count = 0;
    newFirsts[0] = firsts[0];
    for (int i = 0; i < gaps.length; i++) {
      if (gaps[i] < least || (gaps[i] == least && ofLeast-- <= 0)) continue;
      newLasts[count++] = lasts[i];
      newFirsts[count] = firsts[i + 1];
    }
    newLasts[count] = lasts[gaps.length];
    return new TimeStretches(newFirsts, newLasts);
  }

  /** The part that is not earlier; may be empty. */
  public TimeStretches from(Instant time) {
    long from = ReadingTime.micros(time);
    int passed = 0;
    while (passed < lasts.length && lasts[passed] < from) passed++;
    if (passed == 0 && firsts[0] >= from) return this;
    var newFirsts = Arrays.copyOfRange(firsts, passed, firsts.length);
    if (newFirsts.length > 0) newFirsts[0] = Math.max(newFirsts[0], from);
    return new TimeStretches(newFirsts, Arrays.copyOfRange(lasts, passed, lasts.length));
  }

  /** In two, an earlier and a later one; alone if it cannot be divided. */
  public List<TimeStretches> halves() {
    int half = firsts.length / 2;
    if (half > 0) {
      return List.of(
          new TimeStretches(Arrays.copyOf(firsts, half), Arrays.copyOf(lasts, half)),
          new TimeStretches(
              Arrays.copyOfRange(firsts, half, firsts.length),
              Arrays.copyOfRange(lasts, half, lasts.length)));
    }
    if (firsts.length == 0 || firsts[0] == lasts[0]) return List.of(this);
    long middle = firsts[0] + (lasts[0] - firsts[0]) / 2;
    return List.of(between(firsts[0], middle), between(middle + 1, lasts[0]));
  }

  /** The least time, in microseconds of the epoch; if there is any. */
  public long first() {
    return firsts[0];
  }

  /** The greatest time, likewise. */
  public long last() {
    return lasts[lasts.length - 1];
  }

  public boolean isEmpty() {
    return firsts.length == 0;
  }

  /** Where each begins. */
  public OffsetDateTime[] firsts() {
    return utc(firsts);
  }

  /** Where each ends. */
  public OffsetDateTime[] lasts() {
    return utc(lasts);
  }

  private static OffsetDateTime[] utc(long[] times) {
    return Arrays.stream(times)
        .mapToObj(time -> ReadingTime.ofMicros(time).atOffset(ZoneOffset.UTC))
        .toArray(OffsetDateTime[]::new);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TimeStretches stretches
        && Arrays.equals(firsts, stretches.firsts)
        && Arrays.equals(lasts, stretches.lasts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(firsts) * 31 + Arrays.hashCode(lasts);
  }

  @Override
  public String toString() {
    return Arrays.toString(firsts()) + " to " + Arrays.toString(lasts());
  }
}
