package io.stripchart.persist.rollup;

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
  private static final String MAKE_ALL =
      DayAggregate.of(
          """
          select series.id as series_id, by_day.*
          from series
          cross join lateral (
            select DAY, EXTENT
            from reading_hour
            where reading_hour.series_id = series.id and hour >= $1 and hour < $2
            group by 1) as by_day"""
              .replace("DAY", DayAggregate.DAY)
              .replace("EXTENT", DayAggregate.EXTENT));

  /** $3 and $4 are series and hours of them; a day that is not over is made when it is. */
  private static final String DUE =
      """
      select distinct series_id, DAY
      from unnest($3::int4[], $4::timestamptz[]) as late (series_id, hour)
      where hour < (
        select date_bin('1 day', rolled_until, timestamptz '1970-01-01 00:00:00+00') from rollup)\
      """
          .replace("DAY", DayAggregate.DAY);

  private static final String MAKE_DUE =
      DayAggregate.of(
          """
          select due.series_id, due.day, of_day.*
          from (DUE) as due
          cross join lateral (
            select EXTENT
            from reading_hour
            where reading_hour.series_id = due.series_id
              and hour >= due.day and hour < due.day + interval '24 hours'
            having count(*) > 0) as of_day"""
              .replace("DUE", DUE)
              .replace("EXTENT", DayAggregate.EXTENT));

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
            and hour >= due.day and hour < due.day + interval '24 hours')"""
          .replace("DAY", DayAggregate.DAY);

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
