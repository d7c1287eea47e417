package io.stripchart.api.stored;

import io.stripchart.common.database.Moments;

/**
 * The statements for readings whose squares no float8 holds, in place of those of {@link
 * StatisticsQueries}, which the database then refuses: by two scans of all readings, without
 * rollups.
 */
final class HugeStatistics {
  private static final String EXTENT =
      """
      select *, IS_HUGE
      from (
        select count(*)::float8 as count, min(value) as min, max(value) as max,
          min(time) as first_time, max(time) as last_time
        from READINGS) as extent
      where count > 0\
      """
          .replace("IS_HUGE", Moments.IS_HUGE);

  private static final String COLUMNS = "count, min, max, " + Moments.MEAN + ", " + Moments.M2;

  private static final String OF_ONE = "reading where series_id = id and time >= $2 and time < $3";

  /** Arguments and columns as of {@code StatisticsStatements.OF_EACH_BY_READINGS}. */
  static final String OF_EACH =
      """
      select until, found.*
      from (select ROLLED_UNTIL as until) as rolled left join (
        select id, COLUMNS,
          first_time, (select value from READINGS and time = first_time),
          last_time, (select value from READINGS and time = last_time)
        from unnest($1::int4[]) as id
        cross join lateral (EXTENT) as extent
        cross join lateral (MOMENTS) as moment) as found on true\
      """
          .replace("ROLLED_UNTIL", Statements.ROLLED_UNTIL)
          .replace("COLUMNS", COLUMNS)
          .replace("EXTENT", EXTENT)
          .replace("MOMENTS", Moments.of(OF_ONE))
          .replace("READINGS", OF_ONE);

  private static final String OF_SEVERAL =
      "asked join reading on series_id = id where time >= $2 and time < $3";

  /** $1 is a regular expression; columns as of {@code StatisticsStatements.OF_ALL}. */
  static final String OF_ALL =
      """
      with asked as materialized (select id, name from series where name ~ $1),
      extent as materialized (EXTENT),
      moment as (MOMENTS)
      select ROLLED_UNTIL, 0, found.*
      from (select 1) as always left join (
        select COLUMNS, first_time, one.value, last_time, other.value, one.name, other.name
        from extent, moment,
          lateral (select name, value from READINGS and time = first_time order by id limit 1) as one,
          lateral (select name, value from READINGS and time = last_time order by id limit 1) as other
      ) as found (n, min, max, mean, m2, first_time, first, last_time, last, first_name, last_name)
      on true\
      """
          .replace("ROLLED_UNTIL", Statements.ROLLED_UNTIL)
          .replace("COLUMNS", COLUMNS)
          .replace("EXTENT", EXTENT)
          .replace("MOMENTS", Moments.of("extent, " + OF_SEVERAL))
          .replace("READINGS", OF_SEVERAL);

  private HugeStatistics() {}
}
