package io.stripchart.bench;

import java.util.ArrayList;
import java.util.List;

/** One figure, as each round found it. */
final class Samples {
  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  double median() {
    var sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double min() {
    return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  double max() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  /** Round by round, since both were measured within a minute then. */
  Samples dividedBy(Samples limit) {
    var ratios = new Samples();
    for (int i = 0; i < values.size(); i++) ratios.add(values.get(i) / limit.values.get(i));
    return ratios;
  }
}
