package io.stripchart.api.rolling;

import io.stripchart.api.live.CompensatedSum;
import java.util.Arrays;

/** The readings of a stretch of time, in no order, and their sum. */
final class TimeSlot {
  private static final int MIN_CAPACITY = 8;

  private long[] times = new long[MIN_CAPACITY];
  private double[] values = new double[MIN_CAPACITY];
  private int size;
  private final CompensatedSum sum = new CompensatedSum();

  int size() {
    return size;
  }

  void add(long time, double value) {
    if (size == times.length) {
      int capacity = size + size / 2;
      times = Arrays.copyOf(times, capacity);
      values = Arrays.copyOf(values, capacity);
    }
    times[size] = time;
    values[size++] = value;
    sum.add(value);
  }

  CompensatedSum sum() {
    return sum;
  }

  /** Takes readings one by one. */
  interface Visitor {
    void visit(long time, double value);
  }

  void forEach(Visitor visitor) {
    for (int i = 0; i < size; i++) visitor.visit(times[i], values[i]);
  }

  /** Those with from &lt; time ≤ to. */
  void forEach(long from, long to, Visitor visitor) {
    for (int i = 0; i < size; i++) {
      if (times[i] > from && times[i] <= to) visitor.visit(times[i], values[i]);
    }
  }
}
