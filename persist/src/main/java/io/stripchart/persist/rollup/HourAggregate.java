package io.stripchart.persist.rollup;

/** What makes the rollups of hours from their readings, for the statements that say which. */
final class HourAggregate {
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

  /** Ends a statement whose rows take the place of those that are there. */
  static final String AND_REPLACE =
      """
      on conflict (series_id, hour) do update set
        count = excluded.count, min = excluded.min, max = excluded.max,
        mean = excluded.mean, m2 = excluded.m2,
        first = excluded.first, first_time = excluded.first_time,
        last = excluded.last, last_time = excluded.last_time""";

  /** Columns of readings that are grouped by hours. */
  static final String EXTENT =
      """
      count(*) as count, min(value) as min, max(value) as max,
          min(time) as first_time, max(time) as last_time""";

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
