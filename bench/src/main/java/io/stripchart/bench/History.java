package io.stripchart.bench;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Locale;

/**
 * Series of a reading a second each, the last ones a moment ago; rolled up as far as persist does
 * so.
 */
final class History {
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  /** Of a statement, so that none takes for long. */
  private static final int AT_ONCE = 1_000_000;

  /** Hours whose rollups or minutes are to be computed, except the last two, which are not over. */
  private static final String WAITING =
      """
      select count(*) from (select hour from late_hour union all select hour from dense_hour) as due
      where hour < date_trunc('hour', now(), 'UTC') - interval '1 hour'\
      """;

  /**
   * @param name of the one series; of several the words before their number
   * @param readings of each
   */
  record Shape(String name, int series, int readings) {
    private String nameOf(int number) {
      return series == 1 ? name : name + "." + number;
    }
  }

  private final Instant last = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final Shape shape;
  private final int firstId;

  History(Ground ground, Stripchart stripchart, Shape shape) {
    this.shape = shape;
    pushOneEachDay(stripchart);
    try (var sql = new Sql(ground.databaseUri())) {
      for (int i = 1; i < shape.series(); i++) {
        sql.run("insert into series (name) values ('" + shape.nameOf(i) + "')");
      }
      firstId = id(sql, shape.nameOf(0));
      for (int i = 0; i < shape.series(); i++) put(sql, id(sql, shape.nameOf(i)));
      awaitRolledUp(sql);
      sql.run("vacuum analyze reading");
      sql.run("vacuum analyze reading_hour");
      sql.run("vacuum analyze reading_day");
      sql.run("vacuum analyze late_hour");
      sql.run("vacuum analyze dense_hour");
    }
  }

  private static int id(Sql sql, String series) {
    return (int) sql.run("select id from series where name = '" + series + "'");
  }

  /** As persist stores late readings: together with the marks of their hours. */
  private void put(Sql sql, int id) {
    for (int done = 0; done < shape.readings(); done += AT_ONCE) {
      int count = Math.min(AT_ONCE, shape.readings() - done);
      sql.run(
          String.format(
              Locale.ROOT,
              """
              with put as (
                insert into reading (series_id, time, value)
                select %1$d, timestamptz '%2$s' + make_interval(secs => i), 21 + sin(%1$d + i / 1000.0) * 10
                from generate_series(0, %3$d) as i
                on conflict do nothing)
              insert into late_hour
              select %1$d, hour
              from generate_series(date_trunc('hour', timestamptz '%2$s', 'UTC'),
                timestamptz '%2$s' + make_interval(secs => %3$d), interval '1 hour') as hour
              on conflict (series_id, hour) do update set hour = excluded.hour\
              """,
              id,
              first().plusSeconds(done),
              count - 1));
    }
  }

  /** Persist looks once a minute. */
  private static void awaitRolledUp(Sql sql) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (sql.run(WAITING) > 0) {
      if (System.nanoTime() > end) throw new IllegalStateException("the history is not rolled up");
      Load.pause(0.5);
    }
  }

  /** So that persist makes the partitions. */
  private void pushOneEachDay(Stripchart stripchart) {
    var days = new ArrayList<String>();
    for (var time = first(); time.isBefore(last); time = time.plus(Duration.ofDays(1)))
      days.add(reading(time));
    days.add(reading(last));
    stripchart.push(shape.nameOf(0), days.size(), "[" + String.join(",", days) + "]");
  }

  private static String reading(Instant time) {
    return "{\"value\":21,\"time\":\"" + time + "\"}";
  }

  /** A pattern of all its series, and of no other; the name if it is one. */
  String pattern() {
    return shape.series() == 1 ? shape.name() : shape.name() + ".#";
  }

  /** The name of its first series. */
  String series() {
    return shape.nameOf(0);
  }

  /** Of its first series; no series that was there before has a greater one than its others. */
  int seriesId() {
    return firstId;
  }

  Instant first() {
    return last.minusSeconds(shape.readings() - 1);
  }

  Instant last() {
    return last;
  }

  /** The end of a window that has all of it. */
  Instant end() {
    return last.plusSeconds(1);
  }
}
