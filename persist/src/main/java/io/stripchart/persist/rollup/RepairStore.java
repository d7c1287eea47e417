package io.stripchart.persist.rollup;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/** Takes the marks of hours, and makes their rollups again. */
final class RepairStore {
  private static final String REPAIR =
      HourAggregate.of(
              """
              select late.series_id, late.hour, of_hour.*
              from unnest($3::int4[], $4::timestamptz[]) as late (series_id, hour)
              cross join lateral (
                select %s
                from reading
                where reading.series_id = late.series_id
                  and time >= late.hour and time < late.hour + interval '1 hour'
                  and time >= $1 and time < $2
                having count(*) > 0) as of_hour\
              """
                  .formatted(HourAggregate.EXTENT))
          + HourAggregate.AND_REPLACE;

  /** Marks may be set by hand after readings were deleted, so an hour may have none. */
  private static final String REMOVE_EMPTY =
      """
      delete from reading_hour
      using unnest($3::int4[], $4::timestamptz[]) as late (series_id, hour)
      where reading_hour.series_id = late.series_id and reading_hour.hour = late.hour
        and not exists (
          select from reading
          where reading.series_id = late.series_id
            and time >= late.hour and time < late.hour + interval '1 hour'
            and time >= $1 and time < $2)\
      """;

  /**
   * Waits for no transaction that is storing: a mark that one of them has in its hands is left for
   * the next time. So is that of an hour that is not over, as it would be made again every minute.
   */
  private static final String TAKE =
      """
      delete from late_hour
      where ctid = any(array(
        select ctid from late_hour
        where hour + interval '1 hour' <= (select rolled_until from rollup)
          and (series_id, hour) > ($1::int4, $2::timestamptz)
        order by series_id, hour
        limit $3
        for update skip locked))
      returning series_id, hour\
      """;

  private RepairStore() {}

  /**
   * Deletes marks of hours that are over and rolled up. No other transaction can set them again
   * until this one ends.
   *
   * @param after marks after this one, in order
   * @return in their order, at most so many
   */
  static Future<HourList> take(SqlConnection connection, SeriesHour after, int most) {
    return connection
        .preparedQuery(TAKE)
        .execute(Tuple.of(after.series(), RollupStore.utc(after.hour()), most))
        .map(HourList::of);
  }

  /**
   * Makes the rollups of these hours again. In a statement after the one that took the marks, so
   * that it sees every reading that was marked.
   *
   * @param hours at least one
   */
  static Future<Void> repair(SqlConnection connection, HourList hours) {
    return connection
        .preparedQuery(REPAIR)
        .execute(hours.arguments())
        .compose(
            made ->
                made.rowCount() == hours.size()
                    ? Future.succeededFuture()
                    : connection.preparedQuery(REMOVE_EMPTY).execute(hours.arguments()))
        .mapEmpty();
  }
}
