package io.stripchart.compose.load;

import io.stripchart.common.reading.Reading;
import java.util.List;
import java.util.Map;

/** Counts the outcomes of values. */
final class Tally {
  private long factories;
  private long taken;
  private long alreadyThere;
  private long differing;

  void countFactory() {
    factories++;
  }

  void countRepeated(long values) {
    alreadyThere += values;
  }

  /**
   * @param stored values by the place of their reading; those that are there
   */
  void countFound(List<Reading> readings, Map<Integer, Double> stored) {
    long others = differing(readings, stored);
    alreadyThere += stored.size();
    differing += others;
  }

  /**
   * Counts readings published by this run.
   *
   * @param stored values by the position of their reading, for those stored by now; a different
   *     value if another publisher was first
   */
  void countStored(List<Reading> readings, Map<Integer, Double> stored) {
    long others = differing(readings, stored);
    taken += stored.size() - others;
    alreadyThere += others;
    differing += others;
  }

  private static long differing(List<Reading> readings, Map<Integer, Double> stored) {
    return stored.entrySet().stream()
        .filter(entry -> entry.getValue() != readings.get(entry.getKey()).value())
        .count();
  }

  long settled() {
    return taken + alreadyThere;
  }

  Report report(Refusals refusals) {
    return new Report(factories, taken, alreadyThere, differing, refusals.values());
  }
}
