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
import java.util.function.Function;

/**
 * The columns of charts, in one snapshot. Columns that have whole hours are answered by rollups.
 * The rest of such a column, at either end of it, is part of an hour that knows its extremes too:
 * only where these go beyond those of the column are its minutes, or its readings, looked at.
 */
final class ChartQueries {
  private static final List<Function<WindowParts, Instant>> PARTS =
      List.of(
          WindowParts::minutesFrom,
          WindowParts::hoursFrom,
          WindowParts::hoursTo,
          WindowParts::minutesTo);

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
      return new Rolled(ChartStatements.BY_READINGS, hours.withoutHours(), arguments);
    }
    arguments.addValue(utc(hours.hoursFrom())).addValue(utc(hours.hoursTo()));
    var each = parts.stream().map(WindowParts::of).toList();
    for (var time : PARTS) arguments.addValue(array(each.stream().map(time).toList()));
    arguments.addValue(utc(rolledUntil));
    return new Rolled(ChartStatements.BY_HOURS, hours, arguments);
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
