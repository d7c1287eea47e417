package io.stripchart.api.factories.chart;

import static io.stripchart.api.stored.Statements.utc;

import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.api.stored.PackedReadings;
import io.stripchart.api.stored.Snapshot;
import io.stripchart.api.stored.Statements;
import io.stripchart.api.stored.Window;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads charts, of many factories by one statement. Belongs to one context. Futures fail with
 * {@link io.stripchart.api.ApiException}, or with another exception if it is a bug.
 */
final class ChartStore {
  private static final Instant END_OF_TIME = Reading.LATEST.plusSeconds(1);

  /** The newest of each series, 16 bytes each, as a row costs more. $1 are the series' names. */
  private static final String NEWEST =
      "select "
          + Snapshot.TEXT
          +
"""
, number, packed
from (values (1)) as one left join (
  select number,
    string_agg(timestamptz_send(time) || float8send(value), ''::bytea order by time) as packed
  from unnest($1::text[]) with ordinality as asked (series, number)
  join series on name = asked.series
  cross join lateral (READINGS) as newest
  group by number) as each on true\
""";

  private static final String NEWEST_OF_WINDOW =
      NEWEST.replace(
          "READINGS",
          """
          select time, value from reading
          where series_id = id and time >= $2 and time < $3
          order by time desc limit $4\
          """);

  private static final String NEWEST_OF_MANY_PARTITIONS =
      NEWEST.replace(
          "READINGS", "select time, value from readings_of_series(id, $2, $3, $4, true)");

  /** $1 and $2 are the names of the two series of each factory. */
  private static final String ATTAINMENT =
      """
      select number, sums.*
      from unnest($1::text[], $2::text[]) with ordinality as asked (actual, goal, number)
      join series as actuals on actuals.name = asked.actual
      join series as goals on goals.name = asked.goal
      cross join lateral (
        select SUMS from READINGS) as sums\
      """
          .replace("SUMS", sums("one.value", "actual") + ", " + sums("other.value", "goal"));

  private static final String ATTAINMENT_OF_WINDOW =
      ATTAINMENT.replace(
          "READINGS",
          """
          reading as one join reading as other on other.time = one.time
          where one.series_id = actuals.id and one.time >= $3 and one.time < $4
            and other.series_id = goals.id and other.time >= $3 and other.time < $4\
          """);

  private static final String ATTAINMENT_OF_MANY_PARTITIONS =
      ATTAINMENT.replace(
          "READINGS",
          """
          readings_of_series(actuals.id, $3, $4, 2147483647, false) as one
          join readings_of_series(goals.id, $3, $4, 2147483647, false) as other using (time)\
          """);

  /** A sum in two parts, as a float8 may not hold it: what is large is scaled down by 2^64. */
  private static String sums(String value, String name) {
    return
"""
sum(VALUE / 18446744073709551616::float8) filter (where abs(VALUE) >= 1e280) as large_NAME,
sum(VALUE) filter (where abs(VALUE) < 1e280) as NAME\
"""
        .replace("VALUE", value)
        .replace("NAME", name);
  }

  private final Statements statements;

  ChartStore(Statements statements) {
    this.statements = statements;
  }

  /**
   * @param charts in the order of the requested factories
   */
  record Read(Snapshot snapshot, List<ChartPoints> charts) {}

  /** The newest points of a window, of each factory. */
  Future<Read> newest(List<Integer> factories, Window window, int limit) {
    var names = new ArrayList<String>();
    for (int factory : factories) {
      names.add(ChartSeries.ACTUAL.of(factory));
      names.add(ChartSeries.GOAL.of(factory));
    }
    // One more, to find out whether there are older ones.
    var asked = Tuple.of(names.toArray(String[]::new));
    var arguments = window(asked, window).addInteger(limit + 1);
    boolean many = statements.spansManyPartitions(window);
    return statements
        .slow(Query.CHARTS, many ? NEWEST_OF_MANY_PARTITIONS : NEWEST_OF_WINDOW, arguments)
        .map(
            rows -> {
              var packed = new PackedReadings[names.size()];
              Arrays.fill(packed, PackedReadings.NONE);
              String snapshot = null;
              for (var row : rows) {
                snapshot = row.getString(0);
                if (row.getLong(1) == null) continue;
                packed[(int) (row.getLong(1) - 1)] = new PackedReadings(row.getBuffer(2));
              }
              return new Read(Snapshot.of(snapshot), charts(packed, limit));
            });
  }

  /**
   * @param packed of each factory the actual ones and the goals
   */
  private static List<ChartPoints> charts(PackedReadings[] packed, int limit) {
    var charts = new ArrayList<ChartPoints>();
    for (int i = 0; i < packed.length; i += 2) {
      charts.add(ChartPoints.newest(limit, packed[i], packed[i + 1]));
    }
    return charts;
  }

  private static Tuple window(Tuple arguments, Window window) {
    var from = window.after() == null ? Reading.EARLIEST : window.after();
    var to = window.before() == null ? END_OF_TIME : window.before();
    return arguments.addValue(utc(from)).addValue(utc(to));
  }

  /**
   * The sum of actual production divided by the sum of planned production, over the times that have
   * both; for each factory.
   *
   * @return of null if there are no such times, or if the planned sum is 0; infinite if it exceeds
   *     a double
   */
  Future<List<Double>> attainment(List<Integer> factories, Window window) {
    var actual = factories.stream().map(ChartSeries.ACTUAL::of).toArray(String[]::new);
    var goals = factories.stream().map(ChartSeries.GOAL::of).toArray(String[]::new);
    var arguments = Tuple.of(actual).addValue(goals);
    boolean many = statements.spansManyPartitions(window);
    var sql = many ? ATTAINMENT_OF_MANY_PARTITIONS : ATTAINMENT_OF_WINDOW;
    return statements
        .slow(Query.ATTAINMENT, sql, window(arguments, window))
        .map(rows -> Arrays.asList(attained(rows, new Double[factories.size()])));
  }

  private static Double[] attained(RowSet<Row> rows, Double[] attained) {
    for (var row : rows) attained[(int) (row.getLong(0) - 1)] = attained(row);
    return attained;
  }

  private static Double attained(Row row) {
    boolean isScaled = row.getDouble(1) != null || row.getDouble(3) != null;
    var actual = sum(row, 1, isScaled);
    var goal = sum(row, 3, isScaled);
    return actual == null || goal == null || goal == 0 ? null : (Double) (actual / goal);
  }

  /** Null if there is none. */
  private static Double sum(Row row, int column, boolean isScaled) {
    var large = row.getDouble(column);
    var rest = row.getDouble(column + 1);
    if (!isScaled) return rest;
    return (large == null ? 0 : large) + (rest == null ? 0 : Math.scalb(rest, -64));
  }
}
