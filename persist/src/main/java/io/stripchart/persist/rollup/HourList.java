package io.stripchart.persist.rollup;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Hours of series, in their order, for statements that work on all of them at once. */
record HourList(List<SeriesHour> hours) {
  /** A statement is planned for all partitions between its earliest and its latest hour. */
  private static final Duration NEAR = Duration.ofDays(60);

  /**
   * @param rows of a series' id and an hour each
   */
  static HourList of(RowSet<Row> rows) {
    var hours = new ArrayList<SeriesHour>(rows.size());
    for (var row : rows) hours.add(new SeriesHour(row.getInteger(0), RollupStore.instant(row, 1)));
    hours.sort(SeriesHour.ORDER);
    return new HourList(hours);
  }

  /**
   * The same in several lists, by time, each of hours that are near each other. Over all lists this
   * is not {@link SeriesHour#ORDER}: transactions that lock their rows do not deadlock only because
   * they hold the lock {@link io.stripchart.persist.store.AdvisoryLocks#ROLLUPS}.
   */
  List<HourList> near() {
    var byTime = new ArrayList<>(hours);
    byTime.sort(Comparator.comparing(SeriesHour::hour));
    var lists = new ArrayList<HourList>();
    for (int from = 0, to = 0; from < byTime.size(); from = to) {
      var end = byTime.get(from).hour().plus(NEAR);
      while (to < byTime.size() && byTime.get(to).hour().isBefore(end)) to++;
      var list = new ArrayList<>(byTime.subList(from, to));
      list.sort(SeriesHour.ORDER);
      lists.add(new HourList(list));
    }
    return lists;
  }

  boolean isEmpty() {
    return hours.isEmpty();
  }

  int size() {
    return hours.size();
  }

  /** Of at least one. */
  SeriesHour last() {
    return hours.get(hours.size() - 1);
  }

  /** The series of each. */
  Integer[] ids() {
    return hours.stream().map(SeriesHour::series).toArray(Integer[]::new);
  }

  OffsetDateTime[] begins() {
    return hours.stream().map(one -> RollupStore.utc(one.hour())).toArray(OffsetDateTime[]::new);
  }

  /** The begin of the earliest; of at least one. */
  Instant earliest() {
    return hours.stream().map(SeriesHour::hour).min(Instant::compareTo).orElseThrow();
  }

  /** The begin of the latest; of at least one. */
  Instant latest() {
    return hours.stream().map(SeriesHour::hour).max(Instant::compareTo).orElseThrow();
  }

  /** Bounds of all their times, which are $1 and $2, their series and their begins. */
  Tuple arguments() {
    var end = latest().plus(Duration.ofHours(1));
    return Tuple.of(RollupStore.utc(earliest()), RollupStore.utc(end), ids(), begins());
  }
}
