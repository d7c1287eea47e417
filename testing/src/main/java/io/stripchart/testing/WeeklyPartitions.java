package io.stripchart.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Arrays;

/**
 * Many partitions of {@code reading}, a week each, the last of which is next week's; and a lock on
 * most of them, with which a test shows that a statement touches the others only.
 */
public record WeeklyPartitions(TestDatabase database, int count) {
  private static final Duration WEEK = Duration.ofDays(7);

  /** Some hundred in a transaction, as each holds locks until its end. */
  private static final String CREATE =
      """
      do $$
      declare
        begin_of_week timestamptz := '%s';
      begin
        for week in 1..%d loop
          execute format(
            'create table reading_w%%s partition of reading for values from (%%L) to (%%L)',
            week, begin_of_week, begin_of_week + interval '168 hours');
          begin_of_week := begin_of_week + interval '168 hours';
          if week %% 100 = 0 then
            commit;
          end if;
        end loop;
      end $$\
      """;

  /**
   * Makes them. Statements that wait for a lock fail after two seconds from now on.
   *
   * @param database with the schema
   */
  public static WeeklyPartitions create(TestDatabase database, int count) {
    var partitions = new WeeklyPartitions(database, count);
    database.execute(CREATE.formatted(partitions.begin(), count));
    database.execute(
        "do $$ begin execute format('alter database %I set lock_timeout = %L',"
            + " current_database(), '2s'); end $$");
    return partitions;
  }

  /** Where the first one begins. */
  public Instant begin() {
    var monday =
        LocalDate.now(ZoneOffset.UTC).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    return monday.plusWeeks(2L - count).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private int number(Instant time) {
    return (int) (Duration.between(begin(), time).toSeconds() / WEEK.toSeconds()) + 1;
  }

  /** Locks all but those of some times, and those that begin two months ago or later. */
  public Outage lockOthers(Instant... times) {
    var free = Arrays.stream(times).map(this::number).toList();
    int recent = number(Instant.now().minus(Duration.ofDays(61)));
    var locked = new ArrayList<String>();
    for (int week = 1; week < recent; week++) {
      if (!free.contains(week)) locked.add("reading_w" + week);
    }
    return lock("lock table " + String.join(", ", locked) + " in access exclusive mode");
  }

  private Outage lock(String sql) {
    try {
      var connection = database.sql().connect();
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute(sql);
      }
      return () -> close(connection);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
