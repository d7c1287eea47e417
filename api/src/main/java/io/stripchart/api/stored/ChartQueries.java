package io.stripchart.api.stored;

import static io.stripchart.api.stored.Statements.utc;

import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.api.buckets.Column;
import io.stripchart.api.buckets.Point;
import io.stripchart.api.stored.Statements.Rolled;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of charts, in one snapshot. Columns that have whole hours are answered by rollups.
 * The rest of such a column, at either end of it, is part of an hour that knows its extremes too:
 * only where these go beyond those of the column are its readings looked at.
 */
final class ChartQueries {
  /** $1 is the series, $2 and $3 are the window's ends. */
  private static final String READINGS =
      "from reading where series_id = $1 and time >= %s and time < %s and time >= $2 and time < $3";

  private static final String OF_COLUMN = READINGS.formatted("begin", "finish");

  private static final String COLUMNS =
      """
      select until, columns.*
      from (select ROLLED_UNTIL as until) as rolled left join (%s) as columns on true
      order by first_time\
      """
          .replace("ROLLED_UNTIL", Statements.ROLLED_UNTIL);

  /** $4 are the thresholds. */
  private static final String BY_READINGS =
      COLUMNS.formatted(
          """
          select min, max,
            first_time, (select value OF_FIRST) as first,
            last_time, (select value OF_LAST) as last
          from unnest(($4::timestamptz[])[:cardinality($4) - 1], ($4::timestamptz[])[2:])
            as part (begin, finish)
          cross join lateral (
            select min(value) as min, max(value) as max,
              min(time) as first_time, max(time) as last_time
            OF_COLUMN) as sums
          where first_time is not null\
          """
              .replace("OF_FIRST", OF_COLUMN + " and time = first_time")
              .replace("OF_LAST", OF_COLUMN + " and time = last_time")
              .replace("OF_COLUMN", OF_COLUMN));

  private static final String NOT_MARKED =
      """
      not exists (
        select from late_hour
        where late_hour.series_id = $1 and late_hour.hour = reading_hour.hour)\
      """;

  /**
   * The extremes of the readings between two times; none where the one hour in which both lie shows
   * that they change nothing.
   */
  private static final String REST =
      """
      select min(value) as min, max(value) as max
      READINGS and FROM < TO and not exists (
        select from reading_hour
        where series_id = $1 and hour = date_bin('1 hour', FROM, timestamptz '1970-01-01 00:00Z')
          and hour + interval '1 hour' >= TO and hour + interval '1 hour' <= $6
          and reading_hour.min >= whole.min and reading_hour.max <= whole.max and NOT_MARKED)\
      """
          .replace("NOT_MARKED", NOT_MARKED);

  /** $5 and $6 are bounds of the hours, $7 and $8 where those of each column begin and end. */
  private static final String BY_HOURS =
      COLUMNS.formatted(
          """
          select least(whole.min, again.min, head.min, tail.min) as min,
            greatest(whole.max, again.max, head.max, tail.max) as max,
            first.time as first_time, first.value as first,
            last.time as last_time, last.value as last
          from unnest(($4::timestamptz[])[:cardinality($4) - 1], ($4::timestamptz[])[2:],
            $7::timestamptz[], $8::timestamptz[]) as part (begin, finish, hours_from, hours_to)
          cross join lateral (select time, value OF_COLUMN order by time limit 1) as first
          cross join lateral (select time, value OF_COLUMN order by time desc limit 1) as last
          cross join lateral (
            select least(min(min), first.value, last.value) as min,
              greatest(max(max), first.value, last.value) as max
            from reading_hour
            where series_id = $1 and hour >= hours_from and hour < hours_to and NOT_MARKED) as whole
          cross join lateral (
            select min(value) as min, max(value) as max
            from late_hour
            cross join lateral (
              select value OF_HOUR and time < hours_to and time >= $5 and time < $6 offset 0) as one
            where series_id = $1 and hour >= hours_from and hour < hours_to) as again
          cross join lateral (HEAD) as head
          cross join lateral (TAIL) as tail\
          """
              .replace("NOT_MARKED", NOT_MARKED)
              .replace("OF_COLUMN", OF_COLUMN)
              .replace("OF_HOUR", READINGS.formatted("hour", "hour + interval '1 hour'"))
              .replace("HEAD", rest("begin", "hours_from"))
              .replace("TAIL", rest("hours_to", "finish")));

  private static String rest(String from, String to) {
    return REST.replace("READINGS", READINGS.formatted(from, to))
        .replace("FROM", from)
        .replace("TO", to);
  }

  private final Statements statements;

  ChartQueries(Statements statements) {
    this.statements = statements;
  }

  /**
   * Those that have readings, in their order.
   *
   * @param thresholds in order, at least two; the first and the last are the window's ends
   */
  Future<List<Column>> of(KnownSeries series, List<Instant> thresholds) {
    return statements
        .rolled(Query.CHART, until -> statement(series.id(), thresholds, until))
        .map(ChartQueries::columns);
  }

  private static Rolled statement(int series, List<Instant> thresholds, Instant rolledUntil) {
    var window = new Window(thresholds.get(0), thresholds.get(thresholds.size() - 1));
    var hours = HourWindow.of(window, rolledUntil);
    var arguments = Tuple.of(series, utc(hours.from()), utc(hours.to()), array(thresholds));
    var parts = parts(thresholds, rolledUntil);
    // With fewer hours than columns, to look for them takes longer than to do without.
    if (wholeHours(parts) < parts.size()) {
      return new Rolled(BY_READINGS, hours.withoutHours(), arguments);
    }
    arguments.addValue(utc(hours.hoursFrom())).addValue(utc(hours.hoursTo()));
    arguments.addValue(array(parts.stream().map(HourWindow::hoursFrom).toList()));
    arguments.addValue(array(parts.stream().map(HourWindow::hoursTo).toList()));
    return new Rolled(BY_HOURS, hours, arguments);
  }

  private static List<HourWindow> parts(List<Instant> thresholds, Instant rolledUntil) {
    var parts = new ArrayList<HourWindow>(thresholds.size() - 1);
    for (int i = 1; i < thresholds.size(); i++) {
      parts.add(HourWindow.of(new Window(thresholds.get(i - 1), thresholds.get(i)), rolledUntil));
    }
    return parts;
  }

  private static long wholeHours(List<HourWindow> parts) {
    return parts.stream()
        .mapToLong(part -> Duration.between(part.hoursFrom(), part.hoursTo()).toHours())
        .sum();
  }

  private static OffsetDateTime[] array(List<Instant> times) {
    return times.stream().map(Statements::utc).toArray(OffsetDateTime[]::new);
  }

  private static List<Column> columns(RowSet<Row> rows) {
    var columns = new ArrayList<Column>(rows.size());
    for (var row : rows) {
      if (row.getDouble(1) == null) continue;
      columns.add(new Column(row.getDouble(1), row.getDouble(2), point(row, 3), point(row, 5)));
    }
    return columns;
  }

  private static Point point(Row row, int column) {
    return new Point(row.getOffsetDateTime(column).toInstant(), row.getDouble(column + 1));
  }
}
