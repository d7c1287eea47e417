package io.stripchart.bench.load;

import java.util.Arrays;

/** Durations in nanoseconds, of which the percentiles are wanted. Belongs to one thread. */
final class Latencies implements Percentiles {
  private long[] nanos = new long[1 << 10];
  private int count;

  void add(long one) {
    if (count == nanos.length) nanos = Arrays.copyOf(nanos, count * 2);
    nanos[count++] = one;
  }

  int count() {
    return count;
  }

  @Override
  public double millis(double part) {
    if (count == 0) return Double.NaN;
    Arrays.sort(nanos, 0, count);
    return nanos[Math.min(count - 1, (int) (count * part))] / 1e6;
  }
}
