package io.stripchart.api.stored;

/**
 * The statements for readings whose squares no float8 holds, in place of those of {@link
 * StatisticsQueries}, which the database then refuses: by two scans of all readings, without
 * rollups. Values beyond 1e140 are scaled down meanwhile; where the sum of their squared deviations
 * is beyond a float8 too, it is infinite.
 */
final class HugeStatistics {
  private static final String EXTENT =
      """
      select *, greatest(-min, max) > 1e140 as is_huge
      from (
        select count(*)::float8 as count, min(value) as min, max(value) as max,
          min(time) as first_time, max(time) as last_time
        from READINGS) as extent
      where count > 0""";

  private static final String MOMENTS =
      """
      select avg(deviation) as mean, var_pop(deviation) * count(*) as m2
      from (
        select
          case
            when not is_huge then value - min
            when abs(value) < 1e100 then 0
            else value / 2 ^ 600::float8
          end as deviation
        from READINGS) as around""";

  private static final String COLUMNS =
      """
      count, min, max,
      greatest(min, least(max,
        case when is_huge then moment.mean * 2 ^ 600::float8 else min + moment.mean end)),
      case
        when not is_huge then moment.m2
        when moment.m2 < 1e-54 then moment.m2 * 2 ^ 600::float8 * 2 ^ 600::float8
        else 'infinity'
      end""";

  private static final String OF_ONE = "reading where series_id = id and time >= $2 and time < $3";

  /** Arguments and columns as of {@code StatisticsQueries.OF_EACH_BY_READINGS}. */
  static final String OF_EACH =
      """
      select until, found.*
      from (select ROLLED_UNTIL as until) as rolled left join (
        select id, COLUMNS,
          first_time, (select value from READINGS and time = first_time),
          last_time, (select value from READINGS and time = last_time)
        from unnest($1::int4[]) as id
        cross join lateral (EXTENT) as extent
        cross join lateral (MOMENTS) as moment) as found on true"""
          .replace("ROLLED_UNTIL", Statements.ROLLED_UNTIL)
          .replace("COLUMNS", COLUMNS)
          .replace("EXTENT", EXTENT)
          .replace("MOMENTS", MOMENTS)
          .replace("READINGS", OF_ONE);

  private static final String OF_SEVERAL =
      "asked join reading on series_id = id where time >= $2 and time < $3";

  /** $1 is a regular expression; columns as of {@code StatisticsQueries.OF_ALL}. */
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
      on true"""
          .replace("ROLLED_UNTIL", Statements.ROLLED_UNTIL)
          .replace("COLUMNS", COLUMNS)
          .replace("EXTENT", EXTENT)
          .replace("MOMENTS", MOMENTS.replace("from READINGS", "from extent, READINGS"))
          .replace("READINGS", OF_SEVERAL);

  private HugeStatistics() {}
}
