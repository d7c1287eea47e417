package io.stripchart.persist.store;

import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.TimeStretches;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Readings as rows, each key once: the first of equal ones stays. In the order of their keys, so
 * that transactions that meet on the same keys wait for each other rather than in a circle.
 */
final class Rows {
  private static final Comparator<Row> BY_KEY =
      Comparator.comparingInt(Row::id).thenComparing(row -> row.reading().time());

  private record Row(int id, Reading reading) {
    boolean hasKeyOf(Row other) {
      return id == other.id && reading.time().equals(other.reading.time());
    }
  }

  /**
   * A reading of the same key as another one here.
   *
   * @param index of the one that came first
   */
  record Later(int index, Reading reading) {}

  private final List<Row> rows;
  private final List<Later> later = new ArrayList<>();

  private Rows(List<Row> rows) {
    this.rows = rows;
  }

  /**
   * @param ids of every series among the readings
   */
  static Rows of(List<Reading> readings, Map<String, Integer> ids) {
    var all = new Row[readings.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = new Row(ids.get(readings.get(i).series()), readings.get(i));
    }
    // Stable, so that of equal keys the first stays first.
    Arrays.sort(all, BY_KEY);
    var rows = new Rows(new ArrayList<>(all.length));
    for (var row : all) rows.add(row);
    return rows;
  }

  private void add(Row row) {
    int last = rows.size() - 1;
    if (last >= 0 && row.hasKeyOf(rows.get(last))) {
      later.add(new Later(last, row.reading()));
    } else {
      rows.add(row);
    }
  }

  int size() {
    return rows.size();
  }

  Reading reading(int index) {
    return rows.get(index).reading();
  }

  List<Later> later() {
    return later;
  }

  private Integer[] ids() {
    var ids = new Integer[rows.size()];
    for (int i = 0; i < ids.length; i++) ids[i] = rows.get(i).id();
    return ids;
  }

  private OffsetDateTime[] times() {
    var times = new OffsetDateTime[rows.size()];
    for (int i = 0; i < times.length; i++) times[i] = utc(rows.get(i).reading());
    return times;
  }

  private static OffsetDateTime utc(Reading reading) {
    return reading.time().atOffset(ZoneOffset.UTC);
  }

  /**
   * Arrays of series' ids, times and values; then of the note the process, its number, and arrays
   * of where the stretches of time begin and end in which the readings lie.
   */
  Tuple columns(BatchNumber number) {
    var values = new Double[rows.size()];
    for (int i = 0; i < values.length; i++) values[i] = rows.get(i).reading().value();
    var stretches = TimeStretches.of(rows.stream().map(Row::reading).toList());
    return Tuple.of(
        ids(),
        times(),
        values,
        number.process(),
        number.sequence(),
        stretches.firsts(),
        stretches.lasts());
  }

  /** Arrays of series' ids and times. */
  Tuple keys() {
    return Tuple.tuple().addArrayOfInteger(ids()).addArrayOfOffsetDateTime(times());
  }
}
