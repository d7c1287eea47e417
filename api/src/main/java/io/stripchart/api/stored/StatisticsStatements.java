package io.stripchart.api.stored;

/**
 * The statements of {@link StatisticsQueries}. $1 are the series or a regular expression of their
 * names, $2 and $3 the window's ends, $4 and $5 those of its whole hours, $6 and $7 where the
 * minutes before and behind these begin and end, $8 and $9 the hours of these minutes, null for
 * none, $10 and $11 the ends of the whole days among the hours, in statements that go by days.
 */
final class StatisticsStatements {
  /**
   * The series, each with a value ("near") that is like its others, and with the minutes of the
   * hours that the window has in part, if there are any.
   */
  private static final String ASKED =
      """
      with asked as materialized (
        select id, coalesce(
          (select mean from reading_hour
           where series_id = id and hour >= $4 and hour < $5 and NOT_MARKED
           order by hour desc limit 1),
          (select value from reading
           where series_id = id and time >= $2 and time < $4
           order by time limit 1),
          (select value from reading
           where series_id = id and time >= $5 and time < $3
           order by time limit 1),
          (select value from readings_of_hours(id, $4, $5, '{}')
           where ANY_LATE limit 1)) as near,
          (select minutes from reading_hour
           where series_id = id and hour = $8 and NOT_MARKED) as first_minutes,
          (select minutes from reading_hour
           where series_id = id and hour = $9 and NOT_MARKED) as last_minutes
        from %s),
      """
          .replace("ANY_LATE", Statements.anyLate("id"))
          .replace("NOT_MARKED", Statements.notMarked("id"));

  /** Aggregates of readings, with the columns of a rollup. */
  private static final String MOMENTS =
      """
      count(*) as count, min(value) as min, max(value) as max,
      near + avg(value - near) as mean, coalesce(var_pop(value - near), 0) * count(*) as m2,
      min(time) as first_time, max(time) as last_time\
      """;

  /**
   * The parts of one series' window. The bounds of readings are parameters, so that no partition
   * between the edges of the window is planned for; the function plans for those of late hours.
   */
  private static final String PARTS =
      """
      OF_ROLLUPS
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
      select MOMENTS from readings_of_hours(asked.id, $4, $5, '{}') where ANY_LATE\
      """
          .replace("ANY_LATE", Statements.anyLate("asked.id"))
          .replace("MOMENTS", MOMENTS);

  /** Sums parts, of which each has a count, a mean and an m2. */
  private static final String SUMS =
      """
      sum(count)::float8 as n, min(min) as min, max(max) as max, sum(m2) as m2,
      avg(mean) as k, array_agg(mean) as means, array_agg(count::float8) as counts\
      """;

  /** Of sums: the mean and the m2 of all together, by the distances of their means from k. */
  private static final String COMBINED =
      """
      k + d / n as mean, greatest(0, m2 + d2 - d * d / n) as m2\
      """;

  private static final String DISTANCES =
      """
      cross join lateral (
        select sum(c * (m - k)) as d, sum(c * (m - k) * (m - k)) as d2
        from unnest(means, counts) as part (m, c)) as distances\
      """;

  private static final String EACH =
      """
      one as (
        select id, n as count, min, max, COMBINED, first_time, last_time
        from asked
        cross join lateral (
          select SUMS, min(first_time) as first_time, max(last_time) as last_time
          from (PARTS) as part where count > 0) as sums
        DISTANCES
        where n > 0)\
      """
          .replace("COMBINED", COMBINED)
          .replace("SUMS", SUMS)
          .replace("PARTS", PARTS)
          .replace("DISTANCES", DISTANCES);

  private static final String FIND_EACH =
      ASKED.formatted("unnest($1::int4[]) as id")
          + EACH
          +
"""

select until, id, count, min, max, mean, m2,
  first_time, FIRST, last_time, LAST
from (select ROLLED_UNTIL as until) as rolled left join one on true\
"""
              .replace("ROLLED_UNTIL", Statements.ROLLED_UNTIL)
              .replace("FIRST", valueAt("first", "id", "one.first_time"))
              .replace("LAST", valueAt("last", "id", "one.last_time"));

  static final String OF_EACH = FIND_EACH.replace("OF_ROLLUPS", RolledParts.BY_HOURS);
  static final String OF_EACH_BY_DAYS = FIND_EACH.replace("OF_ROLLUPS", RolledParts.BY_DAYS);

  /** Of windows that have so little of rollups that it takes longer to look for it. */
  static final String OF_EACH_BY_READINGS =
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
          where series_id = id and time >= $2 and time < $3) as moments) as found on true\
      """
          .replace("ROLLED_UNTIL", Statements.ROLLED_UNTIL);

  private static final String FIND_ALL =
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
            first_time, FIRST, last_time, LAST,
            (select name from series where id = first_id),
            (select name from series where id = last_id)
          from total DISTANCES\
          """
              .replace("ROLLED_UNTIL", Statements.ROLLED_UNTIL)
              .replace("FIRST", valueAt("first", "first_id", "total.first_time"))
              .replace("LAST", valueAt("last", "last_id", "total.last_time"))
              .replace("COMBINED", COMBINED)
              .replace("SUMS", SUMS)
              .replace("DISTANCES", DISTANCES);

  static final String OF_ALL = FIND_ALL.replace("OF_ROLLUPS", RolledParts.BY_HOURS);
  static final String OF_ALL_BY_DAYS = FIND_ALL.replace("OF_ROLLUPS", RolledParts.BY_DAYS);

  /**
   * The value of the window's first or last reading: of a rollup, else of the edges, else of a late
   * hour.
   *
   * @param column "first" or "last"
   */
  private static String valueAt(String column, String series, String time) {
    return """
    coalesce(
      (select COLUMN from reading_hour
       where series_id = SERIES and reading_hour.COLUMN_time = TIME
         and hour = date_bin('1 hour', TIME, timestamptz '1970-01-01 00:00Z')
         and hour >= $4 and hour < $5 and NOT_MARKED),
      (select value from reading
       where series_id = SERIES and reading.time = TIME and time >= $2 and time < $4),
      (select value from reading
       where series_id = SERIES and reading.time = TIME and time >= $5 and time < $3),
      (select value
       from readings_of_series(SERIES, TIME, TIME + interval '1 microsecond', 1, false)))\
    """
        .replace("NOT_MARKED", Statements.notMarked(series))
        .replace("COLUMN", column)
        .replace("SERIES", series)
        .replace("TIME", time);
  }

  private StatisticsStatements() {}
}
