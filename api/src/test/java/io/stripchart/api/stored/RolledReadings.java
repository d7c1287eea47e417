package io.stripchart.api.stored;

import static java.time.temporal.ChronoUnit.HOURS;
import static java.time.temporal.ChronoUnit.MICROS;
import static java.time.temporal.ChronoUnit.MINUTES;

import io.stripchart.common.reading.Reading;
import io.stripchart.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * A week of readings of series {@code s.0} to {@code s.5}, and their rollups in any state that
 * storing, closing, rolling and repairing can leave: a reading stored before {@code closed_until}
 * marks its hour, and the rollup of a marked hour is nonsense.
 */
final class RolledReadings {
  static final Instant BEGIN = Instant.parse("2026-03-24T00:00:00Z");
  static final int HOURS_LONG = 168;
  static final int SERIES = 6;

  private static final String ADD =
      """
      with added as (
        insert into reading (series_id, time, value)
        select s.id, v.time, v.value from (values %s) as v (name, time, value)
        join series s on s.name = v.name
        on conflict do nothing returning series_id, time)
      insert into late_hour
      select distinct series_id, date_trunc('hour', time, 'UTC') from added
      where time < (select closed_until from rollup)
      on conflict do nothing""";

  private static final String ROLL =
      """
      insert into reading_hour (series_id, hour, count, min, max, mean, m2, first, first_time, last,
        last_time)
      select series_id, date_trunc('hour', time, 'UTC'), count(*), min(value), max(value),
        avg(value), coalesce(var_pop(value), 0) * count(*),
        (array_agg(value order by time))[1], min(time),
        (array_agg(value order by time desc))[1], max(time)
      from reading
      where %s
      group by 1, 2""";

  /** Of hours that are over, whatever they have; but not of all. */
  private static final String REFINE =
      """
      update reading_hour as made
      set minutes = (
        select array_agg(row(minute.*)::minute_part order by first_time)
        from (
          select count(*), min(value), max(value), avg(value), var_pop(value) * count(*),
            min(time) as first_time, max(time)
          from reading
          where reading.series_id = made.series_id
            and time >= made.hour and time < made.hour + interval '1 hour'
          group by date_trunc('minute', time)) as minute)
      where hour + interval '1 hour' <= (select rolled_until from rollup)
        and (extract(epoch from hour)::bigint / 3600 + series_id) % 3 > 0""";

  /** Hours that are rolled up whole; the rollups of marked ones are nonsense. */
  private static final String MAKE_DAYS =
      """
      insert into reading_day
      select series_id, day, count, CASE_MARKED -1e200 else min end, CASE_MARKED 1e200 else max end,
        CASE_MARKED 1e100 else mean end, CASE_MARKED 1e200 else m2 end, first_time, last_time
      from (
        select series_id, date_trunc('day', time, 'UTC') as day, count(*) as count,
          min(value) as min, max(value) as max, avg(value) as mean,
          coalesce(var_pop(value), 0) * count(*) as m2, min(time) as first_time,
          max(time) as last_time
        from reading
        group by 1, 2) as scan
      cross join lateral (
        select count(*) > 0 as is_marked from late_hour
        where late_hour.series_id = scan.series_id and date_trunc('day', hour, 'UTC') = day) as its
      where day + interval '24 hours' <= (select rolled_until from rollup)"""
          .replace("CASE_MARKED", "case when is_marked then");

  /** Of the first minute of an hour, and of the last. */
  private static final String NONSENSE =
      """
      array[
        row(7777, -1e200, 1e200, 1e100, 1e200, made.hour, made.hour),
        row(7777, -1e200, 1e200, 1e100, 1e200, made.hour + interval '59 minutes', made.hour)
      ]::minute_part[]""";

  private static final String MARKED =
      "(series_id, date_trunc('hour', time, 'UTC')) in (select series_id, hour from mended)"
          + " and time < (select rolled_until from rollup)";

  private final TestDatabase database;
  private final Random random;
  private final List<DoubleSupplier> values;
  private Instant rolledUntil = Instant.EPOCH;
  private double drift;

  RolledReadings(TestDatabase database, long seed) {
    this.database = database;
    this.random = new Random(seed);
    this.values =
        List.of(
            () -> 1e9 + random.nextDouble(-0.001, 0.001),
            random::nextGaussian,
            () -> 5,
            () -> drift += random.nextGaussian(),
            () -> -1e9 + random.nextInt(3) * 0.001,
            () -> random.nextInt(100));
  }

  /**
   * Where everything begins: partitions, series, no readings. In the week, the clocks of the
   * database's time zone change.
   */
  static void create(TestDatabase database) {
    database.execute(
        "do $$ begin execute format('alter database %I set timezone = %L', current_database(),"
            + " 'Europe/Berlin'); end $$");
    for (var week : List.of("2026-03-23", "2026-03-30")) {
      database.execute(
          "create table \"reading_%s\" partition of reading for values from ('%s 00:00+00') to ('%s 00:00+00')"
              .formatted(week, week, week.equals("2026-03-23") ? "2026-03-30" : "2026-04-06"));
    }
    database.execute("insert into series (name) values ('never'), ('other')");
    for (int i = 0; i < SERIES; i++) {
      database.execute("insert into series (name) values ('s." + i + "')");
    }
  }

  /** Into a random state, other than the one before. */
  void shuffle() {
    database.execute("truncate reading, reading_hour, reading_day, late_hour");
    setRolled(Instant.EPOCH, Instant.EPOCH);
    store(600);
    for (int step = random.nextInt(4); step > 0; step--) {
      close();
      store(random.nextInt(60));
      if (random.nextBoolean()) roll();
      store(1 + random.nextInt(60));
      if (random.nextBoolean()) mend();
    }
    database.execute(REFINE);
    database.execute(
        """
        update reading_hour as made set minutes = NONSENSE,
          count = 7777, min = -1e200, max = 1e200, mean = 1e100, m2 = 1e200,
          first = 1e200, first_time = '2000-01-01', last = 1e200, last_time = '2100-01-01'
        where exists (
          select from late_hour l where l.series_id = made.series_id and l.hour = made.hour)"""
            .replace("NONSENSE", NONSENSE));
    database.execute(MAKE_DAYS);
  }

  Instant rolledUntil() {
    return rolledUntil;
  }

  /** A time in the week, or close to it: any microsecond, or a whole hour. */
  Instant time() {
    var time = BEGIN.plus(random.nextLong(HOURS_LONG * 3_600_000_000L), MICROS);
    return switch (random.nextInt(4)) {
      case 0 -> time.truncatedTo(HOURS);
      case 1 -> time.truncatedTo(HOURS).plus(random.nextInt(3) - 1L, MICROS);
      default -> time;
    };
  }

  private void store(int count) {
    if (count == 0) return;
    var rows = new ArrayList<String>();
    var before = BEGIN;
    for (int i = 0; i < count; i++) {
      int series = random.nextInt(SERIES);
      // The last one is sparse.
      if (series == SERIES - 1 && random.nextInt(20) > 0) series = 0;
      var time = time();
      // Some minutes have several.
      if (i % 4 > 0) time = before.plusMillis(random.nextInt(-30_000, 30_000));
      before = time;
      // Every other minute of some hours, so that duplicates are common.
      if (random.nextInt(3) == 0) time = time.truncatedTo(HOURS).plus(Duration.ofMinutes(2));
      rows.add(
          "('s.%d', timestamptz '%s', float8 '%s')"
              .formatted(series, time, values.get(series).getAsDouble()));
    }
    database.execute(ADD.formatted(String.join(", ", rows)));
  }

  private void close() {
    int minutes = random.nextInt((HOURS_LONG + 10) * 60);
    var closed = BEGIN.plus(minutes, MINUTES);
    if (random.nextInt(3) == 0) closed = closed.truncatedTo(HOURS);
    if (closed.isAfter(rolledUntil)) setRolled(closed, rolledUntil);
  }

  private void roll() {
    var rows = database.query("select closed_until from rollup");
    var closed = (Instant) rows.get(0).get(0);
    if (!closed.isAfter(rolledUntil)) return;
    // Some of what is closed, or all.
    var until = random.nextBoolean() ? closed : closed.minus(random.nextInt(180), MINUTES);
    if (!until.isAfter(rolledUntil)) return;
    // Of the hour that was not over, there are rollups.
    var hour = rolledUntil.truncatedTo(HOURS);
    database.execute("delete from reading_hour where hour >= ?", hour);
    database.execute(ROLL.formatted("time >= '%s' and time < '%s'".formatted(hour, until)));
    setRolled(closed, until);
  }

  /** All of it, whatever was there. */
  void rollUntil(Instant until) {
    database.execute("truncate reading_hour, reading_day, late_hour");
    database.execute(ROLL.formatted("time < '%s'".formatted(until)));
    setRolled(until, until);
    database.execute(REFINE);
    database.execute(MAKE_DAYS);
  }

  /** Some of the marks, as the repairer does. */
  private void mend() {
    database.execute(
        """
        with mended as (
          delete from late_hour where hour < (select rolled_until from rollup)
            and (extract(epoch from hour)::bigint / 3600 + series_id) % 2 = ?
          returning series_id, hour),
        dropped as (
          delete from reading_hour where (series_id, hour) in (select series_id, hour from mended)
          returning 1),
        fresh as ("""
            + ROLL.formatted(MARKED + " and (select count(*) from dropped) >= 0")
                .replaceFirst("(?s)insert into.*?\\)", "")
            + """
        )
        insert into reading_hour (series_id, hour, count, min, max, mean, m2, first, first_time,
          last, last_time)
        select * from fresh
        on conflict (series_id, hour) do update set count = excluded.count, min = excluded.min,
          max = excluded.max, mean = excluded.mean, m2 = excluded.m2, first = excluded.first,
          first_time = excluded.first_time, last = excluded.last, last_time = excluded.last_time,
          minutes = null""",
        random.nextInt(2));
  }

  private void setRolled(Instant closed, Instant rolled) {
    rolledUntil = rolled;
    database.execute("update rollup set closed_until = ?, rolled_until = ?", closed, rolled);
  }

  /** All that is stored, by time and series. */
  List<Reading> scan() {
    return database
        .query("select s.name, r.time, r.value from reading r join series s on s.id = r.series_id")
        .stream()
        .map(row -> new Reading((String) row.get(0), (Instant) row.get(1), (double) row.get(2)))
        .sorted(Comparator.comparing(Reading::time).thenComparing(Reading::series))
        .toList();
  }
}
