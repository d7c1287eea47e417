package io.stripchart.api.stored;

/**
 * The rolled up part of a series' range, for statements: rows of {@code count, min, max, mean, m2,
 * first_time, last_time}. The series is {@code asked.id}, $4 and $5 are the ends of the range's
 * hours.
 */
final class RolledParts {
  private static final String HOURS_FROM =
      """
      select count, min, max, mean, m2, first_time, last_time
      from reading_hour
      where series_id = asked.id and hour >= %s and hour < %s and NOT_MARKED\
      """
          .replace("NOT_MARKED", Statements.notMarked("asked.id"));

  /** Of windows that have no whole day. */
  static final String BY_HOURS = HOURS_FROM.formatted("$4", "$5");

  /**
   * Of windows that have whole days, which $10 and $11 are the ends of: these days, the hours
   * before and behind them, and in place of the days that have a marked hour their others.
   */
  static final String BY_DAYS =
      """
      select count, min, max, mean, m2, first_time, last_time
      from reading_day
      where series_id = asked.id and day >= $10 and day < $11
        and not exists (
          select from late_hour
          where late_hour.series_id = asked.id
            and late_hour.hour >= day and late_hour.hour < day + interval '24 hours')
      union all
      HOURS_BEFORE
      union all
      HOURS_BEHIND
      union all
      select other.*
      from (
        select distinct date_bin('1 day', hour, timestamptz '1970-01-01 00:00Z') as day
        from late_hour
        where series_id = asked.id and hour >= $10 and hour < $11) as changed
      cross join lateral (HOURS_OF_DAY and hour >= $10 and hour < $11 offset 0) as other\
      """
          .replace("HOURS_BEFORE", HOURS_FROM.formatted("$4", "$10"))
          .replace("HOURS_BEHIND", HOURS_FROM.formatted("$11", "$5"))
          .replace(
              "HOURS_OF_DAY",
              HOURS_FROM.formatted("changed.day", "changed.day + interval '24 hours'"));

  private RolledParts() {}
}
