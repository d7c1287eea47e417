package io.stripchart.bench.load;

import java.util.Map;
import java.util.TreeMap;

/**
 * Durations in nanoseconds, of which each second's percentiles are taken, and then their mean, as
 * PerfTest's lines are read. Belongs to one thread.
 */
final class LatenciesBySecond implements Percentiles {
  private final Map<Integer, Latencies> seconds = new TreeMap<>();

  /**
   * @param second in which it began
   */
  void add(int second, long nanos) {
    seconds.computeIfAbsent(second, first -> new Latencies()).add(nanos);
  }

  @Override
  public double millis(double part) {
    return seconds.values().stream()
        .mapToDouble(second -> second.millis(part))
        .average()
        .orElse(Double.NaN);
  }
}
