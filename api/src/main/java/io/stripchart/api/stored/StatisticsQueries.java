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
  private static final String NOT_MARKED =
      """
      not exists (
        select from late_hour
        where late_hour.series_id = %s and late_hour.hour = reading_hour.hour)\
      """;

  /**
   * The series, each with a value ("near") that is like its others, and with the minutes of the
   * hours that the window has in part, where there are any.
   */
  private static final String ASKED =
      """
      with asked as materialized (
        select id, coalesce(
          (select mean from reading_hour
           where series_id = id and hour >= $4 and hour < $5 and NOT_MARKED
           order by hour desc limit 1),
          (select value from reading
           where series_id = id and time >= $2 and time < $3
           order by time limit 1)) as near,
          (select minutes from reading_hour
           where series_id = id and hour = $8 and NOT_MARKED) as first_minutes,
          (select minutes from reading_hour
           where series_id = id and hour = $9 and NOT_MARKED) as last_minutes
        from %s),
      """
          .replace("NOT_MARKED", NOT_MARKED.formatted("id"));

  /** What readings come to; of the columns that a rollup has. */
  private static final String MOMENTS =
      """
      count(*) as count, min(value) as min, max(value) as max,
      near + avg(value - near) as mean, coalesce(var_pop(value - near), 0) * count(*) as m2,
      min(time) as first_time, max(time) as last_time""";

  /**
   * The parts of one series' window. Wherever readings are looked for, the bounds are parameters as
   * well, so that no other partition is even planned for.
   */
  private static final String PARTS =
      """
      select count, min, max, mean, m2, first_time, last_time
      from reading_hour
      where series_id = asked.id and hour >= $4 and hour < $5 and NOT_MARKED
      union all
      select * from unnest(asked.first_minutes) where first_time >= $6 and first_time < $4
      union all
      select * from unnest(asked.last_minutes) where first_time < $7
      union all
      select MOMENTS from reading
      where series_id = asked.id and time >= $2 and time < $4
        and time < case when asked.first_minutes is null then $4 else $6 end
      union all
      select MOMENTS from reading
      where series_id = asked.id and time >= $5 and time < $3
        and time >= case when asked.last_minutes is null then $5 else $7 end
      union all
      select again.* from late_hour
      cross join lateral (
        select MOMENTS from reading
        where series_id = asked.id
          and time >= late_hour.hour and time < late_hour.hour + interval '1 hour'
          and time >= $4 and time < $5) as again
      where late_hour.series_id = asked.id and late_hour.hour >= $4 and late_hour.hour < $5"""
          .replace("NOT_MARKED", NOT_MARKED.formatted("asked.id"))
          .replace("MOMENTS", MOMENTS);

  /** Sums parts, of which each has a count, a mean and an m2. */
  private static final String SUMS =
      """
      sum(count)::float8 as n, min(min) as min, max(max) as max, sum(m2) as m2,
      avg(mean) as k, array_agg(mean) as means, array_agg(count::float8) as counts""";

  /** Of sums: the mean and the m2 of all together, by the distances of their means from k. */
  private static final String COMBINED =
      """
      k + d / n as mean, greatest(0, m2 + d2 - d * d / n) as m2""";

  private static final String DISTANCES =
      """
      cross join lateral (
        select sum(c * (m - k)) as d, sum(c * (m - k) * (m - k)) as d2
        from unnest(means, counts) as part (m, c)) as distances""";

  private static final String EACH =
      """
      one as (
        select id, n as count, min, max, COMBINED, first_time, last_time
        from asked
        cross join lateral (
          select SUMS, min(first_time) as first_time, max(last_time) as last_time
          from (PARTS) as part where count > 0) as sums
        DISTANCES
        where n > 0)"""
          .replace("COMBINED", COMBINED)
          .replace("SUMS", SUMS)
          .replace("PARTS", PARTS)
          .replace("DISTANCES", DISTANCES);

  private static final String OF_EACH =
      ASKED.formatted("unnest($1::int4[]) as id")
          + EACH
          + """

          select until, id, count, min, max, mean, m2,
            first_time, (select value from reading where time >= $2 and time < $3 and series_id = id and time = first_time),
            last_time, (select value from reading where time >= $2 and time < $3 and series_id = id and time = last_time)
          from (select ROLLED_UNTIL as until) as rolled left join one on true"""
              .replace("ROLLED_UNTIL", Statements.ROLLED_UNTIL);

  /** Of windows that have so little of rollups that it takes longer to look for it. */
  private static final String OF_EACH_BY_READINGS =
      """
      select until, found.*
      from (select ROLLED_UNTIL as until) as rolled left join (
        select id, moments.*, first_time, first, last_time, last
        from unnest($1::int4[]) as id
        cross join lateral (
          select time as first_time, value as first from reading
          where series_id = id and time >= $2 and time < $3 order by time limit 1) as begin
        cross join lateral (
          select time as last_time, value as last from reading
          where series_id = id and time >= $2 and time < $3 order by time desc limit 1) as finish
        cross join lateral (
          select count(*)::float8, min(value), max(value),
            first + avg(value - first), coalesce(var_pop(value - first), 0) * count(*)
          from reading
          where series_id = id and time >= $2 and time < $3) as moments) as found on true"""
          .replace("ROLLED_UNTIL", Statements.ROLLED_UNTIL);

  private static final String OF_ALL =
      ASKED.formatted("series where name ~ $1")
          + EACH
          + """
          , total as (
            select SUMS,
              min(first_time) as first_time,
              (array_agg(id order by first_time, id))[1] as first_id,
              max(last_time) as last_time,
              (array_agg(id order by last_time desc, id))[1] as last_id
            from one)
          select ROLLED_UNTIL, 0, n, min, max, COMBINED,
            first_time, (select value from reading where time >= $2 and time < $3 and series_id = first_id and time = first_time),
            last_time, (select value from reading where time >= $2 and time < $3 and series_id = last_id and time = last_time),
            (select name from series where id = first_id),
            (select name from series where id = last_id)
          from total DISTANCES"""
              .replace("ROLLED_UNTIL", Statements.ROLLED_UNTIL)
              .replace("COMBINED", COMBINED)
              .replace("SUMS", SUMS)
              .replace("DISTANCES", DISTANCES);

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
      return new Rolled(OF_EACH_BY_READINGS, hours, arguments);
    }
    return new Rolled(OF_EACH, hours, arguments(ids, hours));
  }

  private static Rolled ofAll(SeriesPattern pattern, HourWindow hours) {
    return new Rolled(OF_ALL, hours, arguments(pattern.toRegex(), hours));
  }

  /** Once more where values are too large for sums of their squares. */
  private Future<RowSet<Row>> huge(Throwable failure, String sql, Object series, Window window) {
    if (!(failure instanceof ApiException refusal) || refusal.code() != Code.REFUSED) {
      return Future.failedFuture(failure);
    }
    var all = HourWindow.of(window, Instant.EPOCH);
    return statements.slow(Query.STATISTICS, sql, Tuple.of(series, utc(all.from()), utc(all.to())));
  }

  private static Tuple arguments(Object series, HourWindow hours) {
    var parts = WindowParts.of(hours);
    return Tuple.of(
            series,
            utc(parts.from()),
            utc(parts.to()),
            utc(parts.hoursFrom()),
            utc(parts.hoursTo()))
        .addOffsetDateTime(utc(parts.minutesFrom()))
        .addOffsetDateTime(utc(parts.minutesTo()))
        .addOffsetDateTime(parts.firstHour() == null ? null : utc(parts.firstHour()))
        .addOffsetDateTime(parts.lastHour() == null ? null : utc(parts.lastHour()));
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
