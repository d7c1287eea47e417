package io.stripchart.persist.rollup;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.settings.Secret;
import io.stripchart.persist.store.BatchNumber;
import io.stripchart.persist.store.ReadingStore;
import io.stripchart.persist.store.Stored;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** A database with rollups, the workers on them, and the invariants of both. */
final class Rollups implements AutoCloseable {
  /**
   * Where the tests' readings begin; so long ago that real hours do not meet them. The clocks of
   * the database's time zone change on the second day.
   */
  static final Instant BEGIN = Instant.parse("2024-03-30T00:00:00Z");

  private static final String TIME_ZONE =
      """
      do $$ begin
        execute format('alter database %I set timezone = %L', current_database(), 'Europe/Berlin');
      end $$""";

  /**
   * The unmarked hours before the watermark whose rollup differs from a scan of the readings before
   * the watermark. One statement, so one snapshot.
   */
  private static final String WRONG =
      """
      with scan as (
        select series_id, date_bin('1 hour', time, '1970-01-01 00:00:00+00') as hour,
          count(*) as count, min(value) as min, max(value) as max,
          avg(value) as mean, var_pop(value) * count(*) as m2,
          (array_agg(value order by time))[1] as first, min(time) as first_time,
          (array_agg(value order by time desc))[1] as last, max(time) as last_time
        from reading
        where time < (select rolled_until from rollup)
        group by 1, 2)
      select series_id, hour, scan.count, rolled.count, scan.mean, rolled.mean, scan.m2, rolled.m2
      from scan full join reading_hour as rolled using (series_id, hour)
      where hour < (select rolled_until from rollup)
        and not exists (
          select from late_hour as late (marked_series, marked_hour)
          where marked_series = series_id and marked_hour = hour)
        and ((scan.count, scan.min, scan.max, scan.first, scan.first_time, scan.last,
              scan.last_time)
            is distinct from
            (rolled.count, rolled.min, rolled.max, rolled.first, rolled.first_time, rolled.last,
              rolled.last_time)
          or abs(scan.mean - rolled.mean) > 1e-9 * (1 + abs(scan.mean))
          or abs(scan.m2 - rolled.m2) > 1e-9 * (1 + scan.m2))""";

  /**
   * The same of minutes, in hours that have them; about a value of theirs, to keep their digits.
   */
  private static final String WRONG_MINUTES =
      """
      with refined as (
        select series_id, hour, min as least, minutes from reading_hour
        where minutes is not null and not exists (
          select from late_hour as late
          where late.series_id = reading_hour.series_id and late.hour = reading_hour.hour)),
      scan as (
        select series_id, hour, min(time) as first_time, max(time) as last_time,
          count(*) as count, min(value) as min, max(value) as max,
          least + avg(value - least) as mean, var_pop(value - least) * count(*) as m2
        from refined join reading using (series_id)
        where time >= hour and time < hour + interval '1 hour'
        group by series_id, hour, least, date_bin('1 minute', time, hour)),
      told as (select series_id, hour, minute.* from refined cross join unnest(minutes) as minute)
      select * from scan full join told using (series_id, hour, first_time)
      where (scan.count, scan.min, scan.max, scan.last_time)
          is distinct from (told.count, told.min, told.max, told.last_time)
        or abs(scan.mean - told.mean) > 1e-9 * (1 + abs(scan.mean))
        or abs(scan.m2 - told.m2) > 1e-9 * (1 + scan.m2)""";

  /** The same of days that are rolled up whole and have no marked hour. */
  private static final String WRONG_DAYS =
      """
      with scan as (
        select series_id, date_bin('1 day', time, '1970-01-01 00:00:00+00') as day,
          count(*) as count, min(value) as min, max(value) as max,
          avg(value) as mean, var_pop(value) * count(*) as m2,
          min(time) as first_time, max(time) as last_time
        from reading
        group by 1, 2)
      select series_id, day, scan.*, told.*
      from scan full join reading_day as told using (series_id, day)
      where day + interval '24 hours' <= (select rolled_until from rollup)
        and not exists (
          select from late_hour as late (marked_series, marked_hour)
          where marked_series = series_id
            and marked_hour >= day and marked_hour < day + interval '24 hours')
        and ((scan.count, scan.min, scan.max, scan.first_time, scan.last_time)
            is distinct from (told.count, told.min, told.max, told.first_time, told.last_time)
          or abs(scan.mean - told.mean) > 1e-9 * (1 + abs(scan.mean))
          or abs(scan.m2 - told.m2) > 1e-9 * (1 + scan.m2))""";

  private static final String UNREFINED =
      """
      select count(*) from reading_hour
      where count > 600 and minutes is null
        and hour + interval '1 hour' <= (select rolled_until from rollup)""";

  final RollupMetrics metrics = new RollupMetrics(new SimpleMeterRegistry(), Clock.systemUTC());
  final TestDatabase database;
  final Vertx vertx = Vertx.vertx();
  final Pool pool;

  Rollups(TestDatabase database) {
    this.database = database;
    database.execute(TIME_ZONE);
    await(Database.migrate(vertx, settings()));
    pool = Database.pool(vertx, settings(), "stripchart rollup");
  }

  DatabaseSettings settings() {
    return DatabaseSettings.of(new Secret(database.uri()));
  }

  static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, SECONDS).join();
  }

  /** Empties all tables; nothing is closed. */
  void clear() {
    database.execute("truncate reading, reading_hour, reading_day, late_hour, dense_hour");
    database.execute("update rollup set closed_until = 'epoch', rolled_until = 'epoch'");
  }

  static Instant hour(int hours) {
    return BEGIN.plus(Duration.ofHours(hours));
  }

  /** Stores on a context of its own, as a persist process does. */
  Writer writer() {
    var context = vertx.getOrCreateContext();
    var own = Database.pool(vertx, settings(), "stripchart persist");
    var store = new ReadingStore(own, 1);
    var process = UUID.randomUUID();
    var sequence = new AtomicLong();
    return readings -> {
      var number = new BatchNumber(process, sequence.incrementAndGet());
      var stored = Promise.<Stored>promise();
      context.runOnContext(now -> store.store(number, readings).onComplete(stored));
      return stored.future();
    };
  }

  interface Writer {
    Future<Stored> store(List<Reading> readings);

    default Stored stored(List<Reading> readings) {
      return await(store(readings));
    }
  }

  static Reading reading(String series, int hours, long millis, double value) {
    return new Reading(series, hour(hours).plusMillis(millis), value);
  }

  static Instant minute(int minutes) {
    return BEGIN.plus(Duration.ofMinutes(minutes));
  }

  void close(int hours) {
    close(hour(hours));
  }

  /** Tries again if a writer takes longer than it waits. */
  void close(Instant until) {
    do {
      await(RollupStore.close(pool, until).recover(Closing::later));
    } while (database.number("select count(*) from rollup where closed_until < ?", until) > 0);
  }

  void roll() {
    roll(pool);
  }

  void roll(Pool on) {
    await(new Rolling(new Turn(on), metrics).run());
  }

  void repair() {
    await(new Repairing(new Turn(pool), metrics).run());
  }

  void refine() {
    await(new Refining(new Turn(pool), metrics).run());
  }

  void retain(Duration retention) {
    await(new Retention(new Turn(pool), Optional.of(retention), metrics).run());
  }

  long marks() {
    return database.number("select count(*) from late_hour");
  }

  /** In one snapshot. */
  void assertExact(Object when) {
    assertThat(database.query(WRONG)).as("not as a scan, %s", when).isEmpty();
    assertMinutesExact(when);
    assertThat(database.query(WRONG_DAYS)).as("days not as a scan, %s", when).isEmpty();
  }

  void assertMinutesExact(Object when) {
    assertThat(database.query(WRONG_MINUTES)).as("minutes not as a scan, %s", when).isEmpty();
  }

  void assertComplete(int hours) {
    assertComplete(hour(hours));
  }

  /** That nothing is left to do before this time, and all of it is right. */
  void assertComplete(Instant until) {
    assertExact("when all is done");
    assertThat(marks()).isZero();
    assertThat(database.number("select count(*) from dense_hour")).isZero();
    assertThat(database.number(UNREFINED)).isZero();
    assertThat(database.query("select rolled_until, closed_until from rollup"))
        .containsExactly(List.of(until, until));
  }

  @Override
  public void close() {
    metrics.close();
    CompletableFuture<Void> closed = vertx.close().toCompletionStage().toCompletableFuture();
    closed.orTimeout(30, SECONDS).join();
  }
}
