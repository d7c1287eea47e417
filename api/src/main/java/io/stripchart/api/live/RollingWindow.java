package io.stripchart.api.live;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The readings of a series with the greatest times, as many as the window holds, and their mean.
 * Whatever the order in which they come, the window holds the same; a time that it holds already is
 * the same reading.
 */
final class RollingWindow {
  private final int max;
  private long[] times;
  private double[] values;
  private int head;
  private int size;
  private final CompensatedSum sum = new CompensatedSum();
  private int changes;

  RollingWindow(int max) {
    this.max = max;
    this.times = new long[Math.min(max, 16)];
    this.values = new double[times.length];
  }

  /**
   * @param time in microseconds
   * @return whether it changed the window: not so if it is too old, or there already
   */
  boolean add(long time, double value) {
    if (size == max && time < times[head]) return false;
    int newer = newerThan(time);
    if (newer < size && times[at(size - 1 - newer)] == time) return false;
    if (size == max) removeOldest();
    insert(newer, time, value);
    sum.add(value);
    // Exact again after as many changes as it takes to pay for it.
    if (++changes >= Math.max(max, 16)) recompute();
    return true;
  }

  /**
   * Adds many readings in one pass; adding late ones one by one would move much of the array each
   * time.
   *
   * @param readings by their times
   * @return this one if nothing changes
   */
  RollingWindow with(SortedMap<Long, Double> readings) {
    var merged = new RollingWindow(max);
    var waiting = new TreeMap<>(readings);
    long newest = Long.MIN_VALUE;
    for (int i = 0; i < size; i++) {
      long time = times[at(i)];
      while (!waiting.isEmpty() && waiting.firstKey() < time) {
        var reading = waiting.pollFirstEntry();
        newest = reading.getKey();
        merged.add(newest, reading.getValue());
      }
      waiting.remove(time);
      merged.add(time, values[at(i)]);
    }
    waiting.forEach(merged::add);
    if (!waiting.isEmpty()) newest = waiting.lastKey();
    return newest >= merged.oldestTime() ? merged : this;
  }

  private long oldestTime() {
    return size == 0 ? Long.MAX_VALUE : times[head];
  }

  /** How many readings have a later time; readings come nearly in order, so look from the end. */
  private int newerThan(long time) {
    if (size == 0 || times[at(size - 1)] <= time) return 0;
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[at(middle)] <= time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return size - low;
  }

  private void removeOldest() {
    double gone = values[head];
    head = at(1);
    size--;
    double before = sum.magnitude();
    sum.add(-gone);
    // If most of the sum left with it, small values may have been lost by rounding.
    if (sum.magnitude() < before * 0x1p-20) recompute();
  }

  private void insert(int newer, long time, double value) {
    if (size == times.length) grow();
    size++;
    for (int i = size - 1; i > size - 1 - newer; i--) {
      times[at(i)] = times[at(i - 1)];
      values[at(i)] = values[at(i - 1)];
    }
    times[at(size - 1 - newer)] = time;
    values[at(size - 1 - newer)] = value;
  }

  private void grow() {
    int capacity = Math.min(max, times.length * 2);
    var moreTimes = new long[capacity];
    var moreValues = new double[capacity];
    for (int i = 0; i < size; i++) {
      moreTimes[i] = times[at(i)];
      moreValues[i] = values[at(i)];
    }
    times = moreTimes;
    values = moreValues;
    head = 0;
  }

  private int at(int position) {
    int index = head + position;
    return index < times.length ? index : index - times.length;
  }

  private void recompute() {
    sum.clear();
    for (int i = 0; i < size; i++) sum.add(values[at(i)]);
    changes = 0;
  }

  /** The result of a window. */
  interface Visitor {
    void visit(long time, double value);
  }

  /** From the oldest to the newest. */
  void forEach(Visitor visitor) {
    for (int i = 0; i < size; i++) visitor.visit(times[at(i)], values[at(i)]);
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** In microseconds; if it is not empty. */
  long newestTime() {
    return times[at(size - 1)];
  }

  /** If it is not empty. */
  double mean() {
    double total = sum.value();
    if (Double.isFinite(total)) return total / size;
    // The sum is beyond a double, the mean is not.
    var scaled = new ScaledMean();
    for (int i = 0; i < size; i++) scaled.add(values[at(i)], 1);
    recompute();
    return scaled.value();
  }
}
