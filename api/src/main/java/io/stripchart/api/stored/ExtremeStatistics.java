package io.stripchart.api.stored;

import io.stripchart.api.stored.Statistics.Extreme;
import io.stripchart.common.reading.Reading;
import io.vertx.sqlclient.Row;

/**
 * Statistics of readings whose squares exceed a float8, or whose differences are too small for it:
 * by two scans of all readings, without rollups. The values are scaled by a power of two, which is
 * exact, and the results are scaled back here, so a figure is infinite only if no double holds it.
 */
final class ExtremeStatistics {
  /** Of the scale. */
  private static final int BITS = 600;

  /** Of differences from the least value, where they are scaled up. */
  private static final double SMALL = 1e-270;

  private static final String SCALE = "2 ^ " + BITS + "::float8";

  /** How the values are scaled: by 2^−bits, except where bits is 0. */
  private static final String EXTENT =
      """
      select *,
        case
          when greatest(-min, max) > 1e140 then BITS
          when max > min and max - min < 1e-140 then -BITS
          else 0
        end as bits
      from (
        select count(*)::float8 as count, min(value) as min, max(value) as max,
          min(time) as first_time, max(time) as last_time
        from READINGS) as extent
      where count > 0\
      """
          .replace("BITS", Integer.toString(BITS));

  /** Scaled values are not distances from the least value; small values are summed separately. */
  private static final String MOMENTS =
      """
      select avg(deviation) as mean, sum(deviation) as sum, var_pop(deviation) as variance,
        coalesce(sum(small), 0) as small
      from (
        select
          case
            when bits = 0 then value - min
            when bits < 0 then (value - min) * SCALE
            when abs(value) < 1e100 then 0
            else value / SCALE
          end as deviation,
          case when bits > 0 and abs(value) < 1e100 then value end as small
        from READINGS) as around\
      """
          .replace("SCALE", SCALE);

  private static final String COLUMNS =
      "count, min, max, bits, moment.mean, moment.sum, variance, small";

  private static final String OF_ONE = "reading where series_id = id and time >= $2 and time < $3";

  /** $1 are the ids of series, $2 and $3 the ends of the window. */
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
          .replace("MOMENTS", MOMENTS)
          .replace("READINGS", OF_ONE);

  private static final String OF_SEVERAL =
      "asked join reading on series_id = id where time >= $2 and time < $3";

  /** $1 is a regular expression; the columns as of {@link #OF_EACH}, and the two series' names. */
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
      ) as found (count, min, max, bits, mean, sum, variance, small,
        first_time, first, last_time, last, first_name, last_name)
      on true\
      """
          .replace("ROLLED_UNTIL", Statements.ROLLED_UNTIL)
          .replace("COLUMNS", COLUMNS)
          .replace("EXTENT", EXTENT)
          .replace("MOMENTS", MOMENTS.replace("READINGS", "extent, READINGS"))
          .replace("READINGS", OF_SEVERAL);

  private ExtremeStatistics() {}

  /** Whether squares were lost on the way to a sum of squared deviations. */
  static boolean isInexact(Statistics statistics) {
    return statistics.count() > 0
        && statistics.min() < statistics.max()
        && !(statistics.m2() > SMALL && statistics.m2() < Double.POSITIVE_INFINITY);
  }

  static Statistics statistics(Row row, String firstSeries, String lastSeries) {
    long count = Math.round(row.getDouble(2));
    double min = row.getDouble(3);
    double max = row.getDouble(4);
    int bits = row.getInteger(5);
    double small = row.getDouble(9);
    double base = bits > 0 ? 0 : min;
    double mean = base + Math.scalb(row.getDouble(6), bits) + small / count;
    double sum = base * count + Math.scalb(row.getDouble(7), bits) + small;
    double variance = row.getDouble(8);
    double stddev = Math.scalb(Math.sqrt(variance * (count / (count - 1.0))), bits);
    return new Statistics(
        count,
        min,
        max,
        Math.max(min, Math.min(max, mean)),
        Math.scalb(variance * count, 2 * bits),
        new Reading(firstSeries, row.getOffsetDateTime(10).toInstant(), row.getDouble(11)),
        new Reading(lastSeries, row.getOffsetDateTime(12).toInstant(), row.getDouble(13)),
        new Extreme(sum, count < 2 ? 0 : stddev));
  }
}
