package io.stripchart.api.factories.chart;

import io.stripchart.api.stored.PackedReadings;
import io.stripchart.common.reading.ReadingTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The newest points of a chart, in order of time, up to a maximum: newer points replace the oldest.
 * Times are microseconds since 1970.
 */
final class ChartPoints {
  private static final int MIN_CAPACITY = 16;

  private final int limit;
  private long[] times = {};
  private double[] actual = {};
  private double[] goal = {};
  private int size;
  private boolean hasOlder;

  /**
   * @param limit at least 1
   */
  ChartPoints(int limit) {
    this.limit = limit;
    allocate(Math.min(limit, MIN_CAPACITY));
  }

  /**
   * The newest points of two series, each in the order of its times.
   *
   * @param limit at least 1
   */
  static ChartPoints newest(int limit, PackedReadings actual, PackedReadings goal) {
    int a = actual.size();
    int g = goal.size();
    var points = new ChartPoints(limit);
    points.allocate(Math.max(1, Math.min(limit, a + g)));
    int at = points.times.length;
    while (at > 0 && (a > 0 || g > 0)) {
      at--;
      long actualTime = a > 0 ? actual.time(a - 1) : Long.MIN_VALUE;
      long goalTime = g > 0 ? goal.time(g - 1) : Long.MIN_VALUE;
      points.times[at] = Math.max(actualTime, goalTime);
      points.actual[at] = actualTime >= goalTime ? actual.value(--a) : Double.NaN;
      points.goal[at] = goalTime >= actualTime ? goal.value(--g) : Double.NaN;
    }
    points.hasOlder = a > 0 || g > 0;
    points.size = points.times.length - at;
    points.move(at, 0, points.size);
    return points;
  }

  private void allocate(int capacity) {
    times = Arrays.copyOf(times, capacity);
    actual = Arrays.copyOf(actual, capacity);
    goal = Arrays.copyOf(goal, capacity);
  }

  int size() {
    return size;
  }

  /** Whether there were points that are older than those here. */
  boolean hasOlder() {
    return hasOlder;
  }

  long time(int index) {
    return times[index];
  }

  /** NaN if there is none; a reading never is. */
  double value(ChartSeries series, int index) {
    return (series == ChartSeries.ACTUAL ? actual : goal)[index];
  }

  /** A reading of a series, in any order; of each series and time one at most. */
  void add(ChartSeries series, long time, double value) {
    int index = place(time);
    if (index < 0) return;
    (series == ChartSeries.ACTUAL ? actual : goal)[index] = value;
  }

  /**
   * The index of a time, which is inserted if it is new.
   *
   * @return -1 if it is older than all points and there is no room
   */
  private int place(long time) {
    if (size > 0 && times[size - 1] == time) return size - 1;
    int found = Arrays.binarySearch(times, 0, size, time);
    if (found >= 0) return found;
    int index = -found - 1;
    if (size == limit) {
      hasOlder = true;
      if (index == 0) return -1;
      move(1, 0, --index);
    } else {
      if (size == times.length) allocate((int) Math.min(limit, 2L * size));
      move(index, index + 1, size - index);
      size++;
    }
    times[index] = time;
    actual[index] = Double.NaN;
    goal[index] = Double.NaN;
    return index;
  }

  private void move(int from, int to, int count) {
    System.arraycopy(times, from, times, to, count);
    System.arraycopy(actual, from, actual, to, count);
    System.arraycopy(goal, from, goal, to, count);
  }

  /** As a list of its own. */
  List<ChartPoint> list() {
    var list = new ArrayList<ChartPoint>(size);
    for (int i = 0; i < size; i++) {
      list.add(new ChartPoint(ReadingTime.ofMicros(times[i]), boxed(actual[i]), boxed(goal[i])));
    }
    return list;
  }

  private static Double boxed(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
