package io.stripchart.api.stored;

import static io.stripchart.api.stored.Statements.utc;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.api.stored.Statements.Rolled;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Statistics of windows: whole hours by their rollups, the minutes of those that it cuts, where
 * there are any, and the rest (edges, hours that changed since, and what is not rolled up yet) by
 * readings, in one snapshot. Variances are combined as by Chan, Golub and LeVeque, and everything
 * is summed as distance from a value of the series, so that they hold at values like 1e9 ± 0.001.
 * Where values are too large for it, see {@link HugeStatistics}.
 */
final class StatisticsQueries {
  private static final int FEW_MINUTES = 10;

  private final Statements statements;

  StatisticsQueries(Statements statements) {
    this.statements = statements;
  }

  /** Of each series, in their order. */
  Future<List<Statistics>> ofEach(List<KnownSeries> series, Window window) {
    var ids = series.stream().map(KnownSeries::id).toArray(Integer[]::new);
    return statements
        .rolled(Query.STATISTICS, until -> ofEach(ids, HourWindow.of(window, until), until))
        .recover(failure -> huge(failure, HugeStatistics.OF_EACH, ids, window))
        .map(
            rows -> {
              var rowsById = new HashMap<Integer, Row>();
              for (var row : rows) rowsById.put(row.getInteger(1), row);
              return series.stream().map(one -> statistics(one, rowsById)).toList();
            });
  }

  private static Statistics statistics(KnownSeries series, Map<Integer, Row> rowsById) {
    var row = rowsById.get(series.id());
    return row == null ? Statistics.NONE : statistics(row, series.name(), series.name());
  }

  /** Of all readings of the series that match together. */
  Future<Statistics> ofAll(SeriesPattern pattern, Window window) {
    return statements
        .rolled(Query.STATISTICS, until -> ofAll(pattern, HourWindow.of(window, until)))
        .recover(failure -> huge(failure, HugeStatistics.OF_ALL, pattern.toRegex(), window))
        .map(rows -> rows.iterator().next())
        .map(
            row ->
                row.getDouble(2) == null
                    ? Statistics.NONE
                    : statistics(row, row.getString(11), row.getString(12)));
  }

  private static Rolled ofEach(Integer[] ids, HourWindow hours, Instant rolledUntil) {
    if (hours.hours() == 0 && WindowParts.of(hours).minutes(rolledUntil) < FEW_MINUTES) {
      var arguments = Tuple.of(ids, utc(hours.from()), utc(hours.to()));
      return new Rolled(StatisticsStatements.OF_EACH_BY_READINGS, hours, arguments);
    }
    var days = WholeDays.of(hours);
    var sql = days.isEmpty() ? StatisticsStatements.OF_EACH : StatisticsStatements.OF_EACH_BY_DAYS;
    return new Rolled(sql, hours, arguments(ids, hours, days));
  }

  private static Rolled ofAll(SeriesPattern pattern, HourWindow hours) {
    var days = WholeDays.of(hours);
    var sql = days.isEmpty() ? StatisticsStatements.OF_ALL : StatisticsStatements.OF_ALL_BY_DAYS;
    return new Rolled(sql, hours, arguments(pattern.toRegex(), hours, days));
  }

  /** Once more where values are too large for sums of their squares. */
  private Future<RowSet<Row>> huge(Throwable failure, String sql, Object series, Window window) {
    if (!(failure instanceof ApiException refusal) || refusal.code() != Code.REFUSED) {
      return Future.failedFuture(failure);
    }
    var all = HourWindow.of(window, Instant.EPOCH);
    return statements.slow(Query.STATISTICS, sql, Tuple.of(series, utc(all.from()), utc(all.to())));
  }

  private static Tuple arguments(Object series, HourWindow hours, WholeDays days) {
    var parts = WindowParts.of(hours);
    var arguments =
        Tuple.of(
                series,
                utc(parts.from()),
                utc(parts.to()),
                utc(parts.hoursFrom()),
                utc(parts.hoursTo()))
            .addOffsetDateTime(utc(parts.minutesFrom()))
            .addOffsetDateTime(utc(parts.minutesTo()))
            .addOffsetDateTime(parts.firstHour() == null ? null : utc(parts.firstHour()))
            .addOffsetDateTime(parts.lastHour() == null ? null : utc(parts.lastHour()));
    return days.isEmpty()
        ? arguments
        : arguments.addOffsetDateTime(utc(days.from())).addOffsetDateTime(utc(days.to()));
  }

  private static Statistics statistics(Row row, String firstSeries, String lastSeries) {
    return new Statistics(
        Math.round(row.getDouble(2)),
        row.getDouble(3),
        row.getDouble(4),
        row.getDouble(5),
        row.getDouble(6),
        new Reading(firstSeries, row.getOffsetDateTime(7).toInstant(), row.getDouble(8)),
        new Reading(lastSeries, row.getOffsetDateTime(9).toInstant(), row.getDouble(10)));
  }
}
