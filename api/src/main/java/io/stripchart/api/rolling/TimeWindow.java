package io.stripchart.api.rolling;

import io.stripchart.api.live.CompensatedSum;
import io.stripchart.api.live.ScaledMean;
import java.util.TreeMap;

/**
 * The readings whose time lies in the window that ends now, or in the future, in any order, and
 * their mean at any later moment. They are held in slots of equal length, each with its sum: whole
 * slots count by their sums, and readings are examined only in slots that an end of the window
 * cuts. So the cost of a query depends on the slots, not on the readings, and there is no drift, as
 * no sum contains readings that have left. Times are microseconds since 1970.
 */
final class TimeWindow {
  static final int MAX_SLOTS = 1_000;

  /** Fewer slots for fewer readings: a slot has a price too. */
  private static final int READINGS_A_SLOT = 64;

  private static final int MIN_READINGS = 1_024;

  private final long length;
  private long slotLength;
  private TreeMap<Long, TimeSlot> slots = new TreeMap<>();
  private TimeSlot last;
  private long lastIndex;
  private long floor;
  private int size;
  private int expected;

  /**
   * @param length of the window
   * @param floor no readings up to this time are held, nor are they taken
   */
  TimeWindow(long length, long floor) {
    this.length = length;
    this.floor = floor;
    plan(MIN_READINGS);
  }

  private void plan(int readings) {
    expected = readings;
    int count = Math.min(MAX_SLOTS, readings / READINGS_A_SLOT);
    slotLength = Math.max(1, (length + count - 1) / count);
  }

  void add(long time, double value) {
    if (time <= floor) return;
    put(time, value);
    size++;
    if (size > 4L * expected && expected < MAX_SLOTS * READINGS_A_SLOT) divideAnew();
  }

  private void put(long time, double value) {
    long index = Math.floorDiv(time, slotLength);
    if (last == null || index != lastIndex) {
      last = slots.computeIfAbsent(index, absent -> new TimeSlot());
      lastIndex = index;
    }
    last.add(time, value);
  }

  private void divideAnew() {
    plan(size);
    var before = slots;
    slots = new TreeMap<>();
    last = null;
    before.values().forEach(slot -> slot.forEach(this::put));
  }

  /** Lets go of the slots that a window which ends now or later has nothing of. */
  void forget(long now) {
    long first = Math.floorDiv(now - length, slotLength);
    while (!slots.isEmpty() && slots.firstKey() < first) {
      size -= slots.pollFirstEntry().getValue().size();
      last = null;
    }
    floor = Math.max(floor, first * slotLength - 1);
  }

  /** Whether it holds all that a window which ends now has: not if the clock was set back. */
  boolean covers(long now) {
    return now - length >= floor;
  }

  /** How many readings it holds, also those that are still ahead. */
  int size() {
    return size;
  }

  /**
   * Aggregate of the readings with now − length &lt; time ≤ now.
   *
   * @param mean NaN if there are none
   */
  record Mean(long count, double mean) {}

  /** Where it covers that moment. */
  Mean at(long now) {
    var total = new Total();
    each(now, total::add, total::add);
    if (total.count == 0) return new Mean(0, Double.NaN);
    double mean = total.sum.value() / total.count;
    return new Mean(total.count, Double.isFinite(mean) ? mean : scaledMean(now));
  }

  private static final class Total {
    private final CompensatedSum sum = new CompensatedSum();
    private long count;

    void add(TimeSlot slot) {
      sum.add(slot.sum());
      count += slot.size();
    }

    void add(long time, double value) {
      sum.add(value);
      count++;
    }
  }

  /** The sum is beyond a double, the mean is not. */
  private double scaledMean(long now) {
    var scaled = new ScaledMean();
    TimeSlot.Visitor add = (time, value) -> scaled.add(value, 1);
    each(now, slot -> slot.forEach(add), add);
    return scaled.value();
  }

  private interface Whole {
    void visit(TimeSlot slot);
  }

  private void each(long now, Whole whole, TimeSlot.Visitor single) {
    long from = now - length;
    long low = Math.floorDiv(from, slotLength);
    long high = Math.floorDiv(now, slotLength);
    for (var entry : slots.subMap(low, true, high, true).entrySet()) {
      long index = entry.getKey();
      if (index > low && index < high) {
        whole.visit(entry.getValue());
      } else {
        entry.getValue().forEach(from, now, single);
      }
    }
  }
}
