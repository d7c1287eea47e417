package io.stripchart.persist.rollup;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/** Rolls up stretches of readings. */
final class RollingStore {
  /**
   * Means and squared deviations by the formula of Chan, Golub and LeVeque. For a marked hour the
   * result is nonsense. PostgreSQL refuses a product of tiny numbers that underflows to 0, so none
   * is computed.
   */
  private static final String AND_ADD =
      """
      on conflict (series_id, hour) do update set
        count = reading_hour.count + excluded.count,
        min = least(reading_hour.min, excluded.min),
        max = greatest(reading_hour.max, excluded.max),
        mean = case
          when HUGE then reading_hour.mean
          when abs(DISTANCE) < 1e-300 then reading_hour.mean
          else reading_hour.mean
            + DISTANCE * (excluded.count::float8 / (reading_hour.count + excluded.count))
        end,
        m2 = case
          when HUGE then 'infinity'
          when abs(DISTANCE) < 1e-140 then reading_hour.m2 + excluded.m2
          else reading_hour.m2 + excluded.m2
            + DISTANCE * DISTANCE
            * (reading_hour.count::float8 * excluded.count
              / (reading_hour.count + excluded.count))
        end,
        last = excluded.last, last_time = excluded.last_time, minutes = null"""
          .replace("DISTANCE", "(excluded.mean - reading_hour.mean)")
          .replace(
              "HUGE",
              "greatest(-reading_hour.min, reading_hour.max, -excluded.min, excluded.max) > 1e140");

  /** Series by series, as the index has them: most often it is but the last minutes of a week. */
  private static final String OF_STRETCH =
      """
      select series.id as series_id, by_hour.*
      from series
      cross join lateral (
        select date_bin('1 hour', time, timestamptz '1970-01-01 00:00:00+00') as hour, %s
        from reading
        where series_id = series.id and time >= $1 and time < $2
        group by 1) as by_hour"""
          .formatted(HourAggregate.EXTENT);

  private static final String ROLL = HourAggregate.of(OF_STRETCH) + HourAggregate.AND_REPLACE;

  /**
   * Rows that cannot be added are marked and so recomputed: if squares would overflow; or if the
   * row already has readings of the time range, as left by a process of a version that rolls up
   * whole hours.
   */
  private static final String ROLL_ON =
      "with rolled as ("
          + HourAggregate.of(OF_STRETCH)
          + AND_ADD
          + """

          returning series_id, hour, min, max),
          marked as (
            insert into late_hour
            select series_id, hour from rolled
            where greatest(-min, max) > 1e140 or exists (
              select from reading_hour as before
              where before.series_id = rolled.series_id and before.hour = rolled.hour
                and before.last_time >= $1)
            order by series_id, hour
            on conflict do nothing)
          select count(*)::int from rolled""";

  private RollingStore() {}

  /**
   * @return how many hours of series it has made or added to
   */
  static Future<Integer> roll(SqlConnection connection, Stretch stretch) {
    return connection
        .preparedQuery(stretch.goesOn() ? ROLL_ON : ROLL)
        .execute(Tuple.of(RollupStore.utc(stretch.from()), RollupStore.utc(stretch.to())))
        .map(
            rows ->
                stretch.goesOn()
                    ? rows.iterator().next().getInteger(0)
                    : (Integer) rows.rowCount());
  }
}
