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
 * Statistics of ranges: whole hours by their rollups, the minutes of hours at the edges, if there
 * are any, and the rest (edges, changed hours, and what is not rolled up yet) by readings, in one
 * snapshot. Variances are combined by the formula of Chan, Golub and LeVeque, and everything is
 * summed as distance from a value of the series, so that they hold at values like 1e9 ± 0.001. For
 * values that are too large for it, or differ too little, see {@link ExtremeStatistics}.
 */
final class StatisticsQueries {
  private static final int FEW_MINUTES = 10;

  private final Statements statements;

  StatisticsQueries(Statements statements) {
    this.statements = statements;
  }

  /** Of each series, in their order. */
  Future<List<Statistics>> ofEach(List<KnownSeries> series, Window window) {
    return byId(series, window)
        .map(
            byId ->
                series.stream().map(one -> byId.getOrDefault(one.id(), Statistics.NONE)).toList());
  }

  /**
   * If the database refuses a statement because of the values of one series, the others are queried
   * separately, so that they still use rollups.
   */
  private Future<Map<Integer, Statistics>> byId(List<KnownSeries> series, Window window) {
    var ids = ids(series);
    return statements
        .rolled(Query.STATISTICS, until -> ofEach(ids, HourWindow.of(window, until), until))
        .map(rows -> byId(series, rows, StatisticsQueries::statistics))
        .compose(
            found -> {
              var inexact =
                  series.stream()
                      .filter(one -> found.containsKey(one.id()))
                      .filter(one -> ExtremeStatistics.isInexact(found.get(one.id())))
                      .toList();
              if (inexact.isEmpty()) return Future.succeededFuture(found);
              return extreme(inexact, window).map(exact -> joined(found, exact));
            })
        .recover(
            failure -> {
              if (!isBeyondRange(failure)) return Future.failedFuture(failure);
              int half = series.size() / 2;
              if (half == 0) return extreme(series, window);
              return byId(series.subList(0, half), window)
                  .compose(
                      first ->
                          byId(series.subList(half, series.size()), window)
                              .map(others -> joined(first, others)));
            });
  }

  private Future<Map<Integer, Statistics>> extreme(List<KnownSeries> series, Window window) {
    return extreme(ExtremeStatistics.OF_EACH, ids(series), window)
        .map(rows -> byId(series, rows, ExtremeStatistics::statistics));
  }

  private static Integer[] ids(List<KnownSeries> series) {
    return series.stream().map(KnownSeries::id).toArray(Integer[]::new);
  }

  private interface Reader {
    Statistics read(Row row, String firstSeries, String lastSeries);
  }

  private static Map<Integer, Statistics> byId(
      List<KnownSeries> series, RowSet<Row> rows, Reader reader) {
    var names = new HashMap<Integer, String>();
    for (var one : series) names.put(one.id(), one.name());
    var byId = new HashMap<Integer, Statistics>();
    for (var row : rows) {
      var name = names.get(row.getInteger(1));
      if (name != null) byId.put(row.getInteger(1), reader.read(row, name, name));
    }
    return byId;
  }

  private static <K, V> Map<K, V> joined(Map<K, V> one, Map<K, V> other) {
    var joined = new HashMap<>(one);
    joined.putAll(other);
    return joined;
  }

  /** Of all readings of the series that match together. */
  Future<Statistics> ofAll(SeriesPattern pattern, Window window) {
    return statements
        .rolled(Query.STATISTICS, until -> ofAll(pattern, HourWindow.of(window, until)))
        .map(rows -> ofAll(rows.iterator().next(), 11, StatisticsQueries::statistics))
        .compose(
            found ->
                ExtremeStatistics.isInexact(found)
                    ? extremeOfAll(pattern, window)
                    : Future.succeededFuture(found))
        .recover(
            failure ->
                isBeyondRange(failure)
                    ? extremeOfAll(pattern, window)
                    : Future.failedFuture(failure));
  }

  private Future<Statistics> extremeOfAll(SeriesPattern pattern, Window window) {
    return extreme(ExtremeStatistics.OF_ALL, pattern.toRegex(), window)
        .map(rows -> ofAll(rows.iterator().next(), 14, ExtremeStatistics::statistics));
  }

  /**
   * @param names the column of the first series' name, behind which that of the last stands
   */
  private static Statistics ofAll(Row row, int names, Reader reader) {
    return row.getDouble(2) == null
        ? Statistics.NONE
        : reader.read(row, row.getString(names), row.getString(names + 1));
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

  private static boolean isBeyondRange(Throwable failure) {
    return failure instanceof ApiException refusal && refusal.code() == Code.BEYOND_RANGE;
  }

  private Future<RowSet<Row>> extreme(String sql, Object series, Window window) {
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
