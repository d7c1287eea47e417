package io.stripchart.persist.rollup;

import io.stripchart.common.database.Moments;

/**
 * SQL that aggregates the rollups of hours from their readings, for the hours that a statement
 * selects.
 */
final class HourAggregate {
  /**
   * Twice over the readings: once for their extent, once for their {@link Moments}. $1 and $2 are
   * bounds of all times; they keep other partitions out of it.
   */
  private static final String AGGREGATE =
      """
      insert into reading_hour (
        series_id, hour, count, min, max, mean, m2, first, first_time, last, last_time)
      select
        series_id, hour, count, min, max, MEAN, M2,
        (select value from reading
          where reading.series_id = part.series_id and time = first_time
            and time >= $1 and time < $2),
        first_time,
        (select value from reading
          where reading.series_id = part.series_id and time = last_time
            and time >= $1 and time < $2),
        last_time
      from (select *, IS_HUGE from (%s) as extent) as part
      cross join lateral (MOMENTS) as moment
      """
          .replace("MEAN", Moments.MEAN)
          .replace("M2", Moments.M2)
          .replace("IS_HUGE", Moments.IS_HUGE)
          .replace(
              "MOMENTS",
              Moments.of(
                  """
                  reading
                  where reading.series_id = part.series_id
                    and time >= first_time and time <= last_time
                    and time >= $1 and time < $2\
                  """));

  /** Ends a statement whose rows take the place of those that are there. */
  static final String AND_REPLACE =
      """
      on conflict (series_id, hour) do update set
        count = excluded.count, min = excluded.min, max = excluded.max,
        mean = excluded.mean, m2 = excluded.m2,
        first = excluded.first, first_time = excluded.first_time,
        last = excluded.last, last_time = excluded.last_time, minutes = null\
      """;

  /** Columns of readings that are grouped by hours. */
  static final String EXTENT =
      """
      count(*) as count, min(value) as min, max(value) as max,
          min(time) as first_time, max(time) as last_time\
      """;

  private HourAggregate() {}

  /**
   * The beginning of a statement.
   *
   * @param extents a statement that gives the series, the hour and the {@link #EXTENT} of each
   */
  static String of(String extents) {
    return AGGREGATE.formatted(extents);
  }
}
