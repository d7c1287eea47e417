package io.stripchart.persist.rollup;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** Aggregates readings by hour, and takes the marks of hours that need it again. */
final class HourStore {
  /**
   * Twice over the readings: once for their extent, once for their moments about the least of them,
   * so that neither loses digits to large values that hardly differ. Values beyond 1e140, whose
   * squares no float8 holds, are scaled down meanwhile; where their m2 is beyond it too, it is
   * infinite. $1 and $2 are bounds of all times; they keep other partitions out of it.
   */
  private static final String AGGREGATE =
      """
      insert into reading_hour (
        series_id, hour, count, min, max, mean, m2, first, first_time, last, last_time)
      select
        series_id, hour, count, min, max,
        greatest(min, least(max,
          case when is_huge then moment.mean * 2 ^ 600::float8 else min + moment.mean end)),
        case
          when not is_huge then moment.m2
          when moment.m2 < 1e-54 then moment.m2 * 2 ^ 600::float8 * 2 ^ 600::float8
          else 'infinity'
        end,
        (select value from reading
          where reading.series_id = part.series_id and time = first_time
            and time >= $1 and time < $2),
        first_time,
        (select value from reading
          where reading.series_id = part.series_id and time = last_time
            and time >= $1 and time < $2),
        last_time
      from (select *, greatest(-min, max) > 1e140 as is_huge from (%s) as extent) as part
      cross join lateral (
        select avg(deviation) as mean, var_pop(deviation) * count(*) as m2
        from (
          select
            case
              when not is_huge then value - min
              when abs(value) < 1e100 then 0
              else value / 2 ^ 600::float8
            end as deviation
          from reading
          where reading.series_id = part.series_id
            and time >= first_time and time <= last_time
            and time >= $1 and time < $2) as around) as moment
      """;

  private static final String AND_REPLACE =
      """
      on conflict (series_id, hour) do update set
        count = excluded.count, min = excluded.min, max = excluded.max,
        mean = excluded.mean, m2 = excluded.m2,
        first = excluded.first, first_time = excluded.first_time,
        last = excluded.last, last_time = excluded.last_time""";

  /**
   * Means and squared deviations as by Chan, Golub and LeVeque. Of a marked hour it is nonsense.
   * PostgreSQL refuses a product of tiny numbers that comes to 0, so it is not asked for any.
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
        last = excluded.last, last_time = excluded.last_time"""
          .replace("DISTANCE", "(excluded.mean - reading_hour.mean)")
          .replace(
              "HUGE",
              "greatest(-reading_hour.min, reading_hour.max, -excluded.min, excluded.max) > 1e140");

  private static final String EXTENT =
      """
      count(*) as count, min(value) as min, max(value) as max,
          min(time) as first_time, max(time) as last_time""";

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
          .formatted(EXTENT);

  private static final String ROLL = AGGREGATE.formatted(OF_STRETCH) + AND_REPLACE;

  /**
   * What cannot be added up is marked and so made again: where the squares would overflow; and
   * where the row, as it was before this statement, has readings of the stretch already, as only a
   * process of a version that rolls up whole hours can have left it.
   */
  private static final String ROLL_ON =
      "with rolled as ("
          + AGGREGATE.formatted(OF_STRETCH)
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

  private static final String REPAIR =
      AGGREGATE.formatted(
              """
          select late.series_id, late.hour, of_hour.*
          from unnest($3::int4[], $4::timestamptz[]) as late (series_id, hour)
          cross join lateral (
            select %s
            from reading
            where reading.series_id = late.series_id
              and time >= late.hour and time < late.hour + interval '1 hour'
              and time >= $1 and time < $2
            having count(*) > 0) as of_hour"""
                  .formatted(EXTENT))
          + AND_REPLACE;

  /** Whoever deletes readings by hand marks their hours, and may leave none in them. */
  private static final String REMOVE_EMPTY =
      """
      delete from reading_hour
      using unnest($1::int4[], $2::timestamptz[]) as late (series_id, hour)
      where reading_hour.series_id = late.series_id and reading_hour.hour = late.hour
        and not exists (
          select from reading
          where reading.series_id = late.series_id
            and time >= late.hour and time < late.hour + interval '1 hour')""";

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
      returning series_id, hour""";

  private HourStore() {}

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

  /**
   * Deletes marks of hours that are over and rolled, which until the end of the transaction nobody
   * can set again.
   *
   * @param after of which the first are taken
   * @return in their order, at most so many
   */
  static Future<List<Mark>> take(SqlConnection connection, Mark after, int most) {
    return connection
        .preparedQuery(TAKE)
        .execute(Tuple.of(after.series(), RollupStore.utc(after.hour()), most))
        .map(HourStore::marks);
  }

  private static List<Mark> marks(RowSet<Row> rows) {
    var marks = new ArrayList<Mark>(rows.size());
    for (var row : rows) marks.add(new Mark(row.getInteger(0), RollupStore.instant(row, 1)));
    marks.sort(Mark.ORDER);
    return marks;
  }

  /**
   * Makes the rollups of these hours again. In a statement after the one that took the marks, so
   * that it sees every reading that was marked.
   *
   * @param marks at least one
   */
  static Future<Void> repair(SqlConnection connection, List<Mark> marks) {
    var series = marks.stream().map(Mark::series).toArray(Integer[]::new);
    var hours =
        marks.stream().map(mark -> RollupStore.utc(mark.hour())).toArray(OffsetDateTime[]::new);
    var from = marks.stream().map(Mark::hour).min(Instant::compareTo).orElseThrow();
    var last = marks.stream().map(Mark::hour).max(Instant::compareTo).orElseThrow();
    var to = last.plus(Duration.ofHours(1));
    return connection
        .preparedQuery(REPAIR)
        .execute(Tuple.of(RollupStore.utc(from), RollupStore.utc(to), series, hours))
        .compose(
            made ->
                made.rowCount() == marks.size()
                    ? Future.succeededFuture()
                    : connection
                        .preparedQuery(REMOVE_EMPTY)
                        .execute(Tuple.of(series, (Object) hours)))
        .mapEmpty();
  }
}
