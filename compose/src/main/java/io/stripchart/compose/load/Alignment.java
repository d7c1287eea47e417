package io.stripchart.compose.load;

import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Combines a factory's arrays into readings, each value with the time at the same position, and
 * refuses positions that do not match.
 */
final class Alignment {
  private final FactoryEntry factory;
  private final Refusals refusals;
  private long repeated;

  Alignment(FactoryEntry factory, Refusals refusals) {
    this.factory = factory;
    this.refusals = refusals;
  }

  /** Is handed one reading after the other, those of a series in a row. */
  interface Taker {
    void take(Reading reading) throws UnfinishedException;
  }

  /** Passes on valid points. */
  void readings(Taker taker) throws UnfinishedException {
    if (factory.time() == null) {
      refuseAll(factory.actual());
      refuseAll(factory.goal());
      return;
    }
    refuseTimes();
    align(FactoryDraft.ACTUAL, factory.actual(), taker);
    align(FactoryDraft.GOAL, factory.goal(), taker);
  }

  /** Values that stand in the file again, at the same time. */
  long repeated() {
    return repeated;
  }

  private void refuseAll(Column<Double> values) {
    if (values != null && values.length() > 0)
      refusals.add(
          values.path(), "has no array " + FactoryDraft.TIME + " beside it", values.length());
  }

  private void refuseTimes() {
    var times = factory.time();
    times
        .problems()
        .forEach((place, problem) -> refusals.add(times.path(place), problem, valuesAt(place)));
    for (int place = 0; place < times.kept(); place++) {
      if (!times.has(place) && valuesAt(place) > 0)
        refusals.add(times.path(place), "is missing", valuesAt(place));
    }
    if (times.length() > times.kept()) refuseBeyond(times, 0);
  }

  private int valuesAt(int place) {
    return (has(factory.actual(), place) ? 1 : 0) + (has(factory.goal(), place) ? 1 : 0);
  }

  private static boolean has(Column<Double> values, int place) {
    return values != null && values.at(place) != null;
  }

  private void refuseBeyond(Column<?> column, long count) {
    refusals.add(
        column.path(column.kept()),
        "is beyond the " + column.kept() + " places of a factory that are loaded at once",
        count);
  }

  private void align(String quantity, Column<Double> values, Taker taker)
      throws UnfinishedException {
    var times = factory.time();
    if (values == null) {
      if (times.length() > 0)
        refusals.add(times.path(), "has no array " + quantity + " beside it", times.length());
      return;
    }
    values.problems().forEach((place, problem) -> refusals.add(values.path(place), problem, 1));
    if (values.length() > values.kept()) refuseBeyond(values, values.length() - values.kept());
    compareLengths(times, values);
    var series = "factory." + factory.id() + "." + quantity;
    var first = new HashMap<Instant, Integer>();
    for (int place = 0; place < values.kept(); place++) {
      if (isNew(place, values, first))
        taker.take(new Reading(series, times.at(place), values.at(place)));
    }
  }

  private void compareLengths(Column<Instant> times, Column<Double> values) {
    int lacking = values.kept() - times.kept();
    if (lacking > 0)
      refusals.add(values.path(times.kept()), "has no time: " + lengths(times, values), lacking);
    if (lacking < 0)
      refusals.add(times.path(values.kept()), "has no value: " + lengths(times, values), -lacking);
  }

  private static String lengths(Column<Instant> times, Column<Double> values) {
    return "the array has %s places, %s %s"
        .formatted(values.length(), FactoryDraft.TIME, times.length());
  }

  /** Whether there is a sound value, at a sound time that no place before had. */
  private boolean isNew(int place, Column<Double> values, Map<Instant, Integer> first) {
    var time = factory.time().at(place);
    var value = values.at(place);
    if (time == null || value == null) return false;
    var before = first.putIfAbsent(time, place);
    if (before == null) return true;
    if (values.at(before).equals(value)) repeated++;
    else
      refusals.add(
          values.path(place),
          "is %s, but the same time has %s already, at [%s]"
              .formatted(value, values.at(before), before),
          1);
    return false;
  }
}
