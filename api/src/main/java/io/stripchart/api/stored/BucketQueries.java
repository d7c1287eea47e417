package io.stripchart.api.stored;

import static io.stripchart.api.stored.Statements.utc;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.api.buckets.Filled;
import io.stripchart.api.buckets.Found;
import io.stripchart.api.buckets.Point;
import io.stripchart.api.stored.Statements.Rolled;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Readings between thresholds: hours within one bucket by their rollups; the edges, the hours that
 * a threshold cuts, changed hours, and what is not rolled up yet by readings; in one snapshot.
 */
final class BucketQueries {
  private static final int BEFORE = 0;
  private static final int AFTER = -1;

  /** Of more buckets, many may be empty, and to look at each would cost more than it saves. */
  private static final int MAX_LOOKS = 2_500;

  /** Where there are many partitions, a reading around the window is first looked for so close. */
  private static final Duration CLOSE = Duration.ofDays(7);

  /** $4 and $5 are bounds of the hours, $6 the thresholds, $7 the hours that they cut. */
  private static final String HOURS =
      """
      select width_bucket(hour, $6::timestamptz[]) as bucket,
        count, min, max, mean, first, first_time, last, last_time
      from reading_hour
      where series_id = asked.id and hour >= $4 and hour < $5 and hour <> all($7::timestamptz[])
        and NOT_MARKED\
      """
          .replace("NOT_MARKED", Statements.notMarked("asked.id"));

  /** A quotient that comes to 0 if its dividend does not is an error to PostgreSQL. */
  private static final String MEAN =
      """
      case when abs(SUM) > COUNT * 5e-324::float8 then SUM / COUNT
        else greatest(LEAST, least(GREATEST, 0)) end\
      """;

  /**
   * The same of values whose sum no float8 holds: those that are large are scaled down by 2^64
   * meanwhile, which loses nothing of them.
   */
  private static final String SAFE_MEAN =
      """
      greatest(LEAST, least(GREATEST,
        greatest(-(TOP), least(TOP, coalesce(SCALED, 0) / COUNT)) * SCALE
        + case when abs(REST) > COUNT * 5e-324::float8 then REST / COUNT else 0 end))\
      """
          .replace("SCALED", "sum(TERM) filter (where abs(VALUE) >= 1e290::float8)")
          .replace("REST", "sum(PLAIN) filter (where abs(VALUE) < 1e290::float8)")
          .replace("TOP", "1.7976931348623157e308::float8 / SCALE")
          .replace("SCALE", "18446744073709551616::float8");

  private static final String SAFE_MEAN_OF_PARTS =
      SAFE_MEAN
          .replace("TERM", "count * (mean / 18446744073709551616::float8)")
          .replace("PLAIN", "count * mean")
          .replace("VALUE", "mean")
          .replace("COUNT", "sum(count)::float8")
          .replace("LEAST", "min(min)")
          .replace("GREATEST", "max(max)");

  private static final String SAFE_MEAN_OF_READINGS =
      SAFE_MEAN
          .replace("TERM", "value / 18446744073709551616::float8")
          .replace("PLAIN", "value")
          .replace("VALUE", "value")
          .replace("COUNT", "count(*)")
          .replace("LEAST", "min(value)")
          .replace("GREATEST", "max(value)");

  private static final String MEAN_OF_PARTS =
      MEAN.replace("SUM", "sum(count * mean)")
          .replace("COUNT", "sum(count)::float8")
          .replace("LEAST", "min(min)")
          .replace("GREATEST", "max(max)");

  private static final String MEAN_OF_READINGS =
      MEAN.replace("SUM", "sum(value)")
          .replace("COUNT", "count(*)")
          .replace("LEAST", "min(value)")
          .replace("GREATEST", "max(value)");

  private static final String READINGS =
      """
      select time, value from reading
      where series_id = asked.id and time >= $2 and time < $4
      union all
      select time, value from reading
      where series_id = asked.id and time >= $5 and time < $3
      union all
      select time, value from readings_of_hours(asked.id, $4, $5, $7)
      where cardinality($7::timestamptz[]) > 0 or ANY_LATE\
      """
          .replace("ANY_LATE", Statements.anyLate("asked.id"));

  /** For one series: aggregates of hours and of readings in each bucket that has any. */
  private static final String BY_HOURS =
      """
      select bucket, sum(count)::float8 as count, min(min) as min, max(max) as max,
        WEIGHTED_MEAN as mean,
        (array_agg(first order by first_time))[1] as first, min(first_time) as first_time,
        (array_agg(last order by last_time desc))[1] as last, max(last_time) as last_time
      from (
        HOURS
        union all
        select width_bucket(time, $6::timestamptz[]) as bucket,
          count(*), min(value), max(value), PLAIN_MEAN,
          FIRST_OF_PART, min(time), LAST_OF_PART, max(time)
        from (READINGS) as each
        group by 1) as part
      group by bucket\
      """
          .replace("HOURS", HOURS)
          .replace("READINGS", READINGS);

  /**
   * The same by readings alone, bucket by bucket, which is faster than to look up the bucket of
   * each. $4 are the thresholds.
   */
  private static final String BY_READINGS =
      """
      select bucket::int4, sums.*
      from unnest(($4::timestamptz[])[:cardinality($4) - 1], ($4::timestamptz[])[2:])
        with ordinality as part (begin, finish, bucket)
      cross join lateral (
        select count(*)::float8 as count, min(value) as min, max(value) as max,
          PLAIN_MEAN as mean, null::float8 as first, min(time) as first_time,
          null::float8 as last, max(time) as last_time
        from reading
        where series_id = asked.id and time >= begin and time < finish
          and time >= $2 and time < $3) as sums
      where count > 0\
      """;

  /**
   * The values of the first and the last reading are looked up where no rollup has them. The
   * readings around the window are most often close to it; where there are few partitions, all of
   * them are close. $1 are the series, $2 and $3 the window's ends.
   */
  private static final String FOUND =
      """
      with asked as materialized (select id from unnest($1::int4[]) as id),
      found as (
        select id, bucket, count, min, max, mean,
          coalesce(first, FIRST_VALUE), first_time,
          coalesce(last, LAST_VALUE), last_time
        from asked
        cross join lateral (BUCKETS) as bucket
        union all
        select id, BEFORE, 0, value, value, value, value, time, value, time
        from asked
        cross join lateral (
          (select time, value from reading
           where series_id = id and time >= CLOSE_FROM and time < $2
           order by time desc limit 1)
          union all
          select time, value from readings_of_series(id, '-infinity', CLOSE_FROM, 1, true)
          where CLOSE_FROM > timestamptz '1970-01-01 00:00:00+00'
          limit 1) as before
        where AROUND::boolean
        union all
        select id, AFTER, 0, value, value, value, value, time, value, time
        from asked
        cross join lateral (
          (select time, value from reading
           where series_id = id and time >= $3 and time < CLOSE_TO
           order by time limit 1)
          union all
          select time, value from readings_of_series(id, CLOSE_TO, 'infinity', 1, false)
          where CLOSE_TO <= timestamptz '9999-12-31 23:59:59.999999+00'
          limit 1) as after
        where AROUND::boolean)
      select until, found.*
      from (select ROLLED_UNTIL as until) as rolled left join found on true\
      """
          .replace("BEFORE", Integer.toString(BEFORE))
          .replace("AFTER", Integer.toString(AFTER))
          .replace("ROLLED_UNTIL", Statements.ROLLED_UNTIL);

  private static final String VALUE =
      """
      (select value from reading
        where series_id = id and time = AT_TIME and time >= $2 and time < $3)\
      """;

  /** Statements that tell means in the same way. */
  private record Means(String byHours, String byHoursOfMany, String byReadings) {
    static Means of(String parts, String readings) {
      return new Means(
              found(BY_HOURS, VALUE, "$8", "$9", "$10")
                  .replace("FIRST_OF_PART", "null::float8")
                  .replace("LAST_OF_PART", "null::float8"),
              // A look at each would be planned for all partitions of the window.
              found(BY_HOURS, "null::float8", "$8", "$9", "$10")
                  .replace("FIRST_OF_PART", "(array_agg(value order by time))[1]")
                  .replace("LAST_OF_PART", "(array_agg(value order by time))[count(*)]"),
              found(BY_READINGS, VALUE, "$5", "$6", "$7"))
          .with(parts, readings);
    }

    private static String found(
        String buckets, String value, String around, String closeFrom, String closeTo) {
      return FOUND
          .replace("BUCKETS", buckets)
          .replace("FIRST_VALUE", value.replace("AT_TIME", "first_time"))
          .replace("LAST_VALUE", value.replace("AT_TIME", "last_time"))
          .replace("AROUND", around)
          .replace("CLOSE_FROM", closeFrom)
          .replace("CLOSE_TO", closeTo);
    }

    private Means with(String parts, String readings) {
      return new Means(
          byHours.replace("WEIGHTED_MEAN", parts).replace("PLAIN_MEAN", readings),
          byHoursOfMany.replace("WEIGHTED_MEAN", parts).replace("PLAIN_MEAN", readings),
          byReadings.replace("PLAIN_MEAN", readings));
    }
  }

  private static final Means PLAIN = Means.of(MEAN_OF_PARTS, MEAN_OF_READINGS);
  private static final Means SAFE = Means.of(SAFE_MEAN_OF_PARTS, SAFE_MEAN_OF_READINGS);

  private final Statements statements;

  BucketQueries(Statements statements) {
    this.statements = statements;
  }

  /**
   * Of each series, in their order.
   *
   * @param thresholds in order, at least two; the first and the last are the window's ends
   * @param around whether the readings around the window are wanted
   */
  Future<List<Found>> ofEach(List<KnownSeries> series, List<Instant> thresholds, boolean around) {
    var ids = series.stream().map(KnownSeries::id).toArray(Integer[]::new);
    return statements
        .rolled(Query.BUCKETS, until -> statement(PLAIN, ids, thresholds, around, until))
        .recover(
            failure ->
                failure instanceof ApiException refusal && refusal.code() == Code.BEYOND_RANGE
                    ? statements.rolled(
                        Query.BUCKETS, until -> statement(SAFE, ids, thresholds, around, until))
                    : Future.failedFuture(failure))
        .map(
            rows -> {
              var rowsById = byId(rows);
              return series.stream()
                  .map(one -> found(rowsById.getOrDefault(one.id(), List.of())))
                  .toList();
            });
  }

  private Rolled statement(
      Means means, Integer[] ids, List<Instant> thresholds, boolean around, Instant rolledUntil) {
    var window = new Window(thresholds.get(0), thresholds.get(thresholds.size() - 1));
    var hours = HourWindow.of(window, rolledUntil);
    var cut = cut(thresholds, hours);
    // Then one scan of all readings costs less than a look at each hour.
    if (cut.size() >= hours.hours() / 2.0) {
      hours = hours.withoutHours();
      cut = List.of();
    }
    var arguments = Tuple.of(ids, utc(hours.from()), utc(hours.to()));
    if (hours.hours() == 0 && ids.length * thresholds.size() <= MAX_LOOKS) {
      arguments.addValue(array(thresholds)).addBoolean(around);
      return new Rolled(means.byReadings, hours, withClose(arguments, hours));
    }
    arguments.addValue(utc(hours.hoursFrom())).addValue(utc(hours.hoursTo()));
    arguments.addValue(array(thresholds)).addValue(array(cut)).addBoolean(around);
    boolean many = statements.spansManyPartitions(window);
    return new Rolled(
        many ? means.byHoursOfMany : means.byHours, hours, withClose(arguments, hours));
  }

  private Tuple withClose(Tuple arguments, HourWindow window) {
    boolean many = statements.spansManyPartitions(new Window(null, null));
    var from = many ? window.from().minus(CLOSE) : Reading.EARLIEST;
    var to = many ? window.to().plus(CLOSE) : Reading.LATEST.plusSeconds(1);
    return arguments.addOffsetDateTime(utc(from)).addOffsetDateTime(utc(to));
  }

  private static List<Instant> cut(List<Instant> thresholds, HourWindow hours) {
    return thresholds.stream()
        .filter(threshold -> threshold.isBefore(hours.hoursTo()))
        .filter(threshold -> !threshold.equals(HourWindow.floor(threshold)))
        .map(HourWindow::floor)
        .filter(hours::hasWhole)
        .distinct()
        .toList();
  }

  private static OffsetDateTime[] array(List<Instant> times) {
    return times.stream().map(Statements::utc).toArray(OffsetDateTime[]::new);
  }

  private static Map<Integer, List<Row>> byId(RowSet<Row> rows) {
    var rowsById = new HashMap<Integer, List<Row>>();
    for (var row : rows) {
      if (row.getInteger(1) == null) continue;
      rowsById.computeIfAbsent(row.getInteger(1), id -> new ArrayList<>()).add(row);
    }
    return rowsById;
  }

  private static Found found(List<Row> rows) {
    var buckets = new ArrayList<Filled>();
    Point before = null;
    Point after = null;
    for (var row : rows) {
      int bucket = row.getInteger(2);
      if (bucket == BEFORE) {
        before = point(row, 7);
      } else if (bucket == AFTER) {
        after = point(row, 7);
      } else {
        buckets.add(filled(row, bucket - 1));
      }
    }
    buckets.sort(Comparator.comparingInt(Filled::index));
    return new Found(buckets, before, after);
  }

  private static Filled filled(Row row, int index) {
    return new Filled(
        index,
        Math.round(row.getDouble(3)),
        row.getDouble(4),
        row.getDouble(5),
        row.getDouble(6),
        point(row, 7),
        point(row, 9));
  }

  private static Point point(Row row, int column) {
    return new Point(row.getOffsetDateTime(column + 1).toInstant(), row.getDouble(column));
  }
}
