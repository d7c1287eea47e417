package io.stripchart.bench.load;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Result of a load program, the last line of its output: {@code result name=value …}. */
final class Outcome {
  private final Map<String, Double> values = new LinkedHashMap<>();

  Outcome with(String name, double value) {
    values.put(name, value);
    return this;
  }

  Outcome with(String prefix, Percentiles latencies) {
    return with(prefix + "p50", latencies.millis(0.5)).with(prefix + "p99", latencies.millis(0.99));
  }

  void print() {
    System.out.println(
        values.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(" ", "result ", "")));
  }
}
