package io.stripchart.bench;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Three hours of readings of the devices' series, one each ten minutes, and the time that persist
 * takes to roll them up. The rollup starts again from these hours instead of repairing each of
 * them.
 */
final class DeviceHistory {
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final String ALL = "from series where name like 'bench.device.%'";
  private static final long DONE = -1;

  private final Sql sql;
  private final long patience = System.nanoTime() + PATIENCE.toNanos();
  private final Instant end;
  private final Instant begin;
  private int minutes;

  /**
   * @param sql a connection of its own
   */
  DeviceHistory(Sql sql) {
    this.sql = sql;
    // Closed, so that it is not rolled up later.
    this.end = Instant.now().minus(10, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.HOURS);
    this.begin = end.minus(3, ChronoUnit.HOURS);
  }

  /** Of a window of one whole hour, and of a part of the hour before and of that after it. */
  Instant from() {
    return begin.plus(5, ChronoUnit.MINUTES);
  }

  Instant to() {
    return end.minus(5, ChronoUnit.MINUTES);
  }

  /** So that persist makes the partitions. */
  void makePartitions(Stripchart stripchart) {
    var reading = "{\"value\":21,\"time\":\"%s\"}";
    var json = "[" + reading.formatted(begin) + "," + reading.formatted(end) + "]";
    stripchart.push("bench.partitions", 2, json);
  }

  /**
   * Puts the readings that are missing, and has everything since then rolled up again.
   *
   * @return how long rolling up took, in ms
   */
  double put() {
    var lastHour = end.minus(1, ChronoUnit.HOURS);
    sql.run(
        """
        begin;
        insert into reading select id, time, 21 + sin(id) * 10 + extract(minute from time) / 10
          from generate_series(timestamptz '%1$s', timestamptz '%2$s', interval '10 minutes') as time
          cross join (select id %3$s) as device
          on conflict do nothing;
        delete from reading_hour where hour >= '%1$s';
        delete from late_hour where hour >= '%1$s';
        update rollup set rolled_until = '%1$s';
        commit\
        """
            .formatted(begin, lastHour.plus(20, ChronoUnit.MINUTES), ALL));
    double millis = rollingUp();
    for (var table : new String[] {"series", "reading", "reading_hour", "late_hour"})
      sql.run("vacuum analyze " + table);
    return millis;
  }

  /**
   * Adds a reading of each series in a minute of the last hour that is closed and not rolled up
   * yet. The hour has no rolled up readings of that minute or a later one.
   *
   * @return duration of rolling it up, in ms
   */
  double putMinute() {
    var minute = end.minus(30 - 5L * minutes++, ChronoUnit.MINUTES);
    sql.run(
        """
        begin;
        insert into reading select id, timestamptz '%1$s' + interval '10 seconds', 21 %2$s;
        update rollup set rolled_until = '%1$s';
        commit\
        """
            .formatted(minute, ALL));
    return rollingUp();
  }

  /**
   * @return how long the transaction took that moved the watermark over the last hour, in ms
   */
  private double rollingUp() {
    long begun = 0;
    for (long seen = 0; seen != DONE; seen = poll("rolled_until >= '" + end + "'")) {
      begun = seen;
      Load.pause(0.001);
    }
    double millis = (sql.run("select " + micros("clock_timestamp()")) - begun) / 1_000.0;
    while (poll("rolled_until = closed_until") != DONE) Load.pause(0.1);
    return millis;
  }

  /**
   * @return when the transaction under way began, in µs; 0 if none is
   */
  private long poll(String condition) {
    if (System.nanoTime() > patience) throw new IllegalStateException("nothing is rolled up");
    return sql.run(
        """
        select case when %s then %d else coalesce((
            select %s from pg_stat_activity
            where application_name = 'stripchart rollup' and datname = current_database()), 0) end
          from rollup\
        """
            .formatted(condition, DONE, micros("max(xact_start)")));
  }

  private static String micros(String time) {
    return "(extract(epoch from " + time + ") * 1e6)::int8";
  }
}
