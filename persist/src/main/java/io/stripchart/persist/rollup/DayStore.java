package io.stripchart.persist.rollup;

import io.stripchart.common.database.Moments;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Days (UTC) that are rolled up whole, made of their hours in the transaction that completes these
 * or makes any of them again. A day of which an hour is marked may be wrong, as the hour may be.
 */
final class DayStore {
  private static final String DAY =
      "date_bin('1 day', hour, timestamptz '1970-01-01 00:00:00+00') as day";

  private static final String EXTENT =
      """
      sum(count)::int8 as count, min(min) as min, max(max) as max,
          min(first_time) as first_time, max(last_time) as last_time\
      """;

  private static final String HOURS_OF_DAY =
      """
      reading_hour
      where reading_hour.series_id = part.series_id
        and hour >= part.day and hour < part.day + interval '1 day'\
      """;

  /**
   * Twice over the hours: for the mean, and for the squared deviations from it, as by Chan, Golub
   * and LeVeque. PostgreSQL refuses a quotient or a square of tiny numbers that comes to 0, so it
   * is not asked for any.
   */
  private static final String OF_HOURS =
      """
      select middle.mean, (
        select sum(m2) + sum(case
          when abs(mean - middle.mean) < 1e-140 then 0
          else count * (mean - middle.mean) ^ 2 end)
        from HOURS_OF_DAY) as m2
      from (
        select greatest(part.min, least(part.max, part.min + case
          when abs(sum(count * (mean - part.min))) < 1e-300 then 0
          else sum(count * (mean - part.min)) / part.count end)) as mean
        from HOURS_OF_DAY and not is_huge) as middle
      where not is_huge\
      """
          .replace("HOURS_OF_DAY", HOURS_OF_DAY);

  /** Of values whose squares no float8 holds, as their hours were made. */
  private static final String OF_READINGS =
      """
      select MEAN, M2
      from (MOMENTS) as moment
      where is_huge\
      """
          .replace("MEAN", Moments.MEAN)
          .replace("M2", Moments.M2)
          .replace(
              "MOMENTS",
              Moments.of(
                  """
                  reading
                  where is_huge and reading.series_id = part.series_id
                    and time >= first_time and time <= last_time
                    and time >= $1 and time < $2\
                  """));

  /** $1 and $2 are bounds of all times; they keep other partitions out of it. */
  private static final String MAKE =
      """
      insert into reading_day (
        series_id, day, count, min, max, mean, m2, first_time, last_time)
      select series_id, day, count, min, max, sums.mean, sums.m2, first_time, last_time
      from (select *, IS_HUGE from (%s) as extent) as part
      cross join lateral (OF_HOURS union all OF_READINGS) as sums (mean, m2)
      on conflict (series_id, day) do update set
        count = excluded.count, min = excluded.min, max = excluded.max,
        mean = excluded.mean, m2 = excluded.m2,
        first_time = excluded.first_time, last_time = excluded.last_time"""
          .replace("IS_HUGE", Moments.IS_HUGE)
          .replace("OF_HOURS", OF_HOURS)
          .replace("OF_READINGS", OF_READINGS);

  private static final String MAKE_ALL =
      MAKE.formatted(
          """
          select series.id as series_id, by_day.*
          from series
          cross join lateral (
            select DAY, EXTENT
            from reading_hour
            where reading_hour.series_id = series.id and hour >= $1 and hour < $2
            group by 1) as by_day"""
              .replace("DAY", DAY)
              .replace("EXTENT", EXTENT));

  /** $3 and $4 are series and hours of them; a day that is not over is made when it is. */
  private static final String DUE =
      """
      select distinct series_id, DAY
      from unnest($3::int4[], $4::timestamptz[]) as late (series_id, hour)
      where hour < (
        select date_bin('1 day', rolled_until, timestamptz '1970-01-01 00:00:00+00') from rollup)\
      """
          .replace("DAY", DAY);

  private static final String MAKE_DUE =
      MAKE.formatted(
          """
          select due.series_id, due.day, of_day.*
          from (DUE) as due
          cross join lateral (
            select EXTENT
            from reading_hour
            where reading_hour.series_id = due.series_id
              and hour >= due.day and hour < due.day + interval '1 day'
            having count(*) > 0) as of_day"""
              .replace("DUE", DUE)
              .replace("EXTENT", EXTENT));

  private static final String REMOVE_EMPTY =
      """
      delete from reading_day
      using (
        select distinct series_id, DAY
        from unnest($1::int4[], $2::timestamptz[]) as late (series_id, hour)) as due
      where reading_day.series_id = due.series_id and reading_day.day = due.day
        and not exists (
          select from reading_hour
          where reading_hour.series_id = due.series_id
            and hour >= due.day and hour < due.day + interval '1 day')"""
          .replace("DAY", DAY);

  private DayStore() {}

  /** Makes the days that a stretch has brought to their end; after their hours. */
  static Future<Void> make(SqlConnection connection, Stretch stretch) {
    var from = floor(stretch.from());
    var to = floor(stretch.to());
    return from.equals(to)
        ? Future.succeededFuture()
        : connection
            .preparedQuery(MAKE_ALL)
            .execute(Tuple.of(RollupStore.utc(from), RollupStore.utc(to)))
            .mapEmpty();
  }

  /**
   * Makes the days of these hours again, of which some may be gone.
   *
   * @param hours at least one
   */
  static Future<Void> makeAgain(SqlConnection connection, HourList hours) {
    var bounds =
        Tuple.of(
            RollupStore.utc(floor(hours.earliest())),
            RollupStore.utc(floor(hours.latest()).plus(1, ChronoUnit.DAYS)));
    return connection
        .preparedQuery(MAKE_DUE)
        .execute(bounds.addValue(hours.ids()).addValue(hours.begins()))
        .compose(
            made ->
                connection
                    .preparedQuery(REMOVE_EMPTY)
                    .execute(Tuple.of(hours.ids(), (Object) hours.begins())))
        .mapEmpty();
  }

  private static Instant floor(Instant time) {
    return time.truncatedTo(ChronoUnit.DAYS);
  }
}
