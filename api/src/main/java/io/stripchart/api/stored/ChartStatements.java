package io.stripchart.api.stored;

/**
 * The statements for the columns of charts. Each gives, of columns that have readings, in their
 * order: {@code rolled_until}, least, greatest, and the first and the last reading.
 */
final class ChartStatements {
  /** $1 is the series, $2 and $3 are the window's ends. */
  private static final String READINGS =
      "from reading where series_id = $1 and time >= %s and time < %s and time >= $2 and time < $3";

  private static final String OF_COLUMN = READINGS.formatted("begin", "finish");

  private static final String COLUMNS =
      """
      select until, columns.*
      from (select ROLLED_UNTIL as until) as rolled left join (%s) as columns on true
      order by first_time\
      """
          .replace("ROLLED_UNTIL", Statements.ROLLED_UNTIL);

  /** $4 are the thresholds. */
  static final String BY_READINGS =
      COLUMNS.formatted(
          """
          select min, max,
            first_time, (select value OF_FIRST) as first,
            last_time, (select value OF_LAST) as last
          from unnest(($4::timestamptz[])[:cardinality($4) - 1], ($4::timestamptz[])[2:])
            as part (begin, finish)
          cross join lateral (
            select min(value) as min, max(value) as max,
              min(time) as first_time, max(time) as last_time
            OF_COLUMN) as sums
          where first_time is not null\
          """
              .replace("OF_FIRST", OF_COLUMN + " and time = first_time")
              .replace("OF_LAST", OF_COLUMN + " and time = last_time")
              .replace("OF_COLUMN", OF_COLUMN));

  private static final String NOT_MARKED = Statements.notMarked("$1");

  /**
   * The hour in which a column begins or ends, where that is over and has no mark. The bounds by
   * the window keep every plan within it.
   */
  private static final String CUT_HOUR =
      """
      left join lateral (
        select min, max, minutes, hour + interval '1 hour' as hour_end
        from reading_hour
        where series_id = $1 and hour = date_bin('1 hour', BEGIN, timestamptz '1970-01-01 00:00Z')
          and hour > $2::timestamptz - interval '1 hour' and hour < $3
          and hour <= $11::timestamptz - interval '1 hour' and NOT_MARKED) as EDGE_hour on true\
      """
          .replace("NOT_MARKED", NOT_MARKED);

  /**
   * The extremes of an edge of a column, which lies in the cut hour: none if that hour's own show
   * that they change nothing; else by its minutes, if it has them, and by readings.
   */
  private static final String EDGE =
      """
      select min(min) as min, max(max) as max
      from (
        select min, max from unnest(EDGE_hour.minutes) as minute
        where MINUTES
        union all
        select min(value), max(value) READINGS) as found
      where BEGIN < FINISH and not coalesce(EDGE_hour.min >= whole.min and EDGE_hour.max <= whole.max
        and EDGE_hour.hour_end >= FINISH, false)\
      """;

  private static final String HEAD =
      EDGE.replace("EDGE", "head")
          .replace("MINUTES", "first_time >= minutes_from and first_time < hours_from")
          .replace(
              "READINGS",
              READINGS.formatted(
                  "begin",
                  "case when head_hour.minutes is null then hours_from else minutes_from end"))
          .replace("BEGIN", "begin")
          .replace("FINISH", "hours_from");

  private static final String TAIL =
      EDGE.replace("EDGE", "tail")
          .replace("MINUTES", "first_time >= hours_to and first_time < minutes_to")
          .replace(
              "READINGS",
              READINGS.formatted(
                  "case when tail_hour.minutes is null then hours_to else minutes_to end",
                  "finish"))
          .replace("BEGIN", "hours_to")
          .replace("FINISH", "finish");

  /**
   * $5 and $6 are bounds of the hours, $7 to $10 where each column's minutes and hours are, $11
   * until when readings are rolled up.
   */
  static final String BY_HOURS =
      COLUMNS.formatted(
          """
          select least(whole.min, again.min, head.min, tail.min) as min,
            greatest(whole.max, again.max, head.max, tail.max) as max,
            first.time as first_time, first.value as first,
            last.time as last_time, last.value as last
          from unnest(($4::timestamptz[])[:cardinality($4) - 1], ($4::timestamptz[])[2:],
            $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[])
            as part (begin, finish, minutes_from, hours_from, hours_to, minutes_to)
          cross join lateral (select time, value OF_COLUMN order by time limit 1) as first
          cross join lateral (select time, value OF_COLUMN order by time desc limit 1) as last
          cross join lateral (
            select least(min(min), first.value, last.value) as min,
              greatest(max(max), first.value, last.value) as max
            from reading_hour
            where series_id = $1 and hour >= hours_from and hour < hours_to and NOT_MARKED) as whole
          cross join lateral (
            select min(value) as min, max(value) as max
            from late_hour
            cross join lateral (
              select value OF_HOUR and time < hours_to and time >= $5 and time < $6 offset 0) as one
            where series_id = $1 and hour >= hours_from and hour < hours_to) as again
          CUT_BY_BEGIN
          CUT_BY_FINISH
          cross join lateral (HEAD) as head
          cross join lateral (TAIL) as tail\
          """
              .replace("CUT_BY_BEGIN", CUT_HOUR.replace("BEGIN", "begin").replace("EDGE", "head"))
              .replace(
                  "CUT_BY_FINISH", CUT_HOUR.replace("BEGIN", "hours_to").replace("EDGE", "tail"))
              .replace("NOT_MARKED", NOT_MARKED)
              .replace("HEAD", HEAD)
              .replace("TAIL", TAIL)
              .replace("OF_COLUMN", READINGS.formatted("begin", "finish"))
              .replace("OF_HOUR", READINGS.formatted("hour", "hour + interval '1 hour'")));

  private ChartStatements() {}
}
