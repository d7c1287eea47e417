package io.stripchart.persist.rollup;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import java.time.temporal.ChronoUnit;

/** Minutes of hours that are over and have more than ten readings in each, by and large. */
final class MinuteStore {
  /** More readings than these, and an hour is worth it. */
  static final int DENSE = 600;

  /** Series by series, as the index has them. */
  private static final String NOTE_ROLLED =
      """
      insert into dense_hour
      select series.id, hour
      from series
      cross join lateral (
        select hour from reading_hour
        where series_id = series.id and hour >= $1 and hour < $2 and count > DENSE
          and minutes is null) as dense
      on conflict do nothing"""
          .replace("DENSE", Integer.toString(DENSE));

  private static final String NOTE_REPAIRED =
      """
      insert into dense_hour
      select series_id, hour
      from unnest($1::int4[], $2::timestamptz[]) as repaired (series_id, hour)
      join reading_hour using (series_id, hour)
      where count > DENSE
      on conflict do nothing"""
          .replace("DENSE", Integer.toString(DENSE));

  private static final String TAKE =
      """
      delete from dense_hour
      where ctid = any(array(select ctid from dense_hour order by series_id, hour limit $1))
      returning series_id, hour""";

  /**
   * About the least value of the hour, as the hour itself is. An hour that is marked is made again,
   * and then noted again. Of values whose squares no float8 holds there are no minutes.
   */
  private static final String MAKE =
      """
      update reading_hour as made
      set minutes = (
        select array_agg(
          row(count, min, max, greatest(min, least(max, made.min + distance)), m2, first_time,
            last_time)::minute_part
          order by first_time)
        from (
          select count(*) as count, min(value) as min, max(value) as max,
            avg(value - made.min) as distance, var_pop(value - made.min) * count(*) as m2,
            min(time) as first_time, max(time) as last_time
          from reading
          where reading.series_id = due.series_id
            and time >= due.hour and time < due.hour + interval '1 hour'
            and time >= $1 and time < $2
          group by date_bin('1 minute', time, due.hour)) as minute)
      from unnest($3::int4[], $4::timestamptz[]) as due (series_id, hour)
      where made.series_id = due.series_id and made.hour = due.hour
        and made.count > DENSE and greatest(-made.min, made.max) <= 1e140
        and not exists (
          select from late_hour as late
          where late.series_id = due.series_id and late.hour = due.hour)"""
          .replace("DENSE", Integer.toString(DENSE));

  private MinuteStore() {}

  /** Notes the hours that a stretch has brought to their end. */
  static Future<Void> note(SqlConnection connection, Stretch stretch) {
    var from = stretch.from().truncatedTo(ChronoUnit.HOURS);
    var to = stretch.to().truncatedTo(ChronoUnit.HOURS);
    return stretch.isEmpty() || !from.isBefore(to)
        ? Future.succeededFuture()
        : connection
            .preparedQuery(NOTE_ROLLED)
            .execute(Tuple.of(RollupStore.utc(from), RollupStore.utc(to)))
            .mapEmpty();
  }

  /**
   * @param hours that have been made again
   */
  static Future<Void> note(SqlConnection connection, HourList hours) {
    return connection
        .preparedQuery(NOTE_REPAIRED)
        .execute(Tuple.of(hours.ids(), (Object) hours.begins()))
        .mapEmpty();
  }

  /**
   * @return the first hours whose minutes are due, which are so no more; at most so many
   */
  static Future<HourList> take(SqlConnection connection, int most) {
    return connection.preparedQuery(TAKE).execute(Tuple.of(most)).map(HourList::of);
  }

  /**
   * @param hours at least one
   * @return of how many it has made them: not of those that are marked, gone, or have values that
   *     are too large
   */
  static Future<Integer> make(SqlConnection connection, HourList hours) {
    return connection.preparedQuery(MAKE).execute(hours.arguments()).map(SqlResult::rowCount);
  }
}
