package io.stripchart.persist.rollup;

import io.stripchart.common.database.Moments;

/**
 * SQL that aggregates the rollups of days (UTC) from those of their hours, for the days that a
 * statement selects.
 */
final class DayAggregate {
  /** Of an hour. */
  static final String DAY = "date_bin('1 day', hour, timestamptz '1970-01-01 00:00:00+00') as day";

  /** Columns of hours that are grouped by days. */
  static final String EXTENT =
      """
      sum(count)::int8 as count, min(min) as min, max(max) as max,
          min(first_time) as first_time, max(last_time) as last_time\
      """;

  private static final String HOURS_OF_DAY =
      """
      reading_hour
      where reading_hour.series_id = part.series_id
        and hour >= part.day and hour < part.day + interval '24 hours'\
      """;

  /**
   * Two passes over the hours: for the mean, and for the squared deviations from it, by the formula
   * of Chan, Golub and LeVeque. PostgreSQL refuses a quotient or a square of tiny numbers that
   * underflows to 0, so none is computed.
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
  private static final String AGGREGATE =
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

  private DayAggregate() {}

  /**
   * A statement.
   *
   * @param extents a statement that gives the series, the day and the {@link #EXTENT} of each
   */
  static String of(String extents) {
    return AGGREGATE.formatted(extents);
  }
}
