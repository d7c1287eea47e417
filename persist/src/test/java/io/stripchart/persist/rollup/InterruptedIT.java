package io.stripchart.persist.rollup;

import static io.stripchart.persist.rollup.Rollups.await;
import static io.stripchart.persist.rollup.Rollups.hour;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.reading.Reading;
import io.stripchart.persist.store.AdvisoryLocks;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("brokerless")
@Timeout(180)
class InterruptedIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @RegisterExtension final TestDatabase database = TestDatabase.create();
  private Rollups rollups;

  @BeforeEach
  void open() {
    rollups = new Rollups(database);
  }

  @AfterEach
  void close() {
    rollups.close();
  }

  private static List<Reading> readings(int hours, long millis) {
    return List.of(
        new Reading("room.1", hour(hours).plusMillis(millis), millis),
        new Reading("room.2", hour(hours).plusMillis(millis), -millis));
  }

  /** Of the second half of an hour. */
  private static List<Reading> dense(int hours) {
    return IntStream.range(0, 700)
        .mapToObj(i -> new Reading("room.1", hour(hours).plusMillis(1_800_001 + i * 2_500L), i))
        .toList();
  }

  /** Within the hour, so that it is rolled up in two parts. */
  private static Instant end(int hours) {
    return hour(hours).plus(Duration.ofMinutes(30));
  }

  /** Closes, rolls up, repairs and makes minutes. */
  private Future<Void> work(int hours, Executioner executioner) {
    var pool = executioner.pool();
    var turn = new Turn(pool);
    return RollupStore.close(pool, end(hours))
        .compose(closed -> new Rolling(turn, rollups.metrics).run())
        .compose(rolled -> new Repairing(turn, rollups.metrics).run())
        .compose(repaired -> new Refining(turn, rollups.metrics).run())
        .mapEmpty();
  }

  @Test
  void isFinishedByTheNextWhereverItWasKilled() {
    var writer = rollups.writer();
    writer.stored(readings(0, 0));
    int struck = 0;
    boolean hasStruck = true;
    for (int statement = 1; hasStruck; statement++) {
      // Something to close and roll up, and then something to repair.
      writer.stored(readings(statement, 0));
      writer.stored(readings(statement - 1, 2_400_000));
      writer.stored(dense(statement - 1));
      writer.stored(readings(Math.max(0, statement - 2), statement));
      var executioner = new Executioner(database, rollups.pool, statement);
      boolean worked = await(work(statement, executioner).map(true).otherwise(false));
      assertThat(worked || executioner.hasStruck()).isTrue();
      rollups.assertExact("killed before statement " + statement);
      writer.stored(readings(0, 1_000 + statement));
      rollups.assertExact("and stored late after " + statement);
      hasStruck = executioner.hasStruck();
      if (hasStruck) struck = statement;
      await(work(statement, new Executioner(database, rollups.pool, -1)));
      rollups.assertComplete(end(statement));
    }
    // All statements of a closing, of a step of each kind, and of looking for another step.
    assertThat(struck).isGreaterThanOrEqualTo(1 + 7 + 6 + 3 + 7 + 3 + 4 + 3);
  }

  @Test
  void neverWorksInTwoPlacesAtOnce() {
    var first = new Turn(rollups.pool);
    var second = new Turn(rollups.pool);
    var holding = Promise.<Optional<String>>promise();
    var entered = Promise.<Void>promise();
    var held =
        first.take(
            connection -> {
              entered.complete();
              return holding.future();
            });
    await(entered.future());
    assertThat(await(second.take(connection -> Future.succeededFuture(Optional.of("two")))))
        .isEmpty();
    holding.complete(Optional.of("one"));
    assertThat(await(held)).contains("one");
    assertThat(await(second.take(connection -> Future.succeededFuture(Optional.of("two")))))
        .contains("two");
  }

  @Test
  void beginsNothingMoreOnceItIsStopped() {
    var turn = new Turn(rollups.pool);
    turn.end();
    assertThat(await(turn.take(connection -> Future.succeededFuture(Optional.of(1))))).isEmpty();
  }

  @Test
  void closesAfterWhoeverIsStoring() throws Exception {
    try (var storing = database.sql().connect()) {
      storing.setAutoCommit(false);
      storing
          .createStatement()
          .execute("select pg_advisory_xact_lock_shared(" + AdvisoryLocks.CLOSING + ")");
      await(new Closing(rollups.pool).run());
      assertThat(database.number("select count(*) from rollup where closed_until > 'epoch'"))
          .isZero();
      storing.commit();
      await(new Closing(rollups.pool).run());
      assertThat(
              database.number(
                  "select count(*) from rollup where closed_until = date_trunc("
                      + "'minute', now() - interval '2 minutes', 'UTC') or closed_until = date_trunc("
                      + "'minute', now() - interval '3 minutes', 'UTC')"))
          .isEqualTo(1);
    }
  }

  @Test
  void letsAQueryFinishBeforeAPartitionIsDropped() throws Exception {
    var writer = rollups.writer();
    writer.stored(readings(0, 0));
    try (var asking = database.sql().connect()) {
      asking.setAutoCommit(false);
      asking.createStatement().execute("select count(*) from reading");
      rollups.retain(Duration.ofDays(2));
      assertThat(rollups.metrics.dropped.count()).isZero();
      asking.commit();
      rollups.retain(Duration.ofDays(2));
      assertThat(rollups.metrics.dropped.count()).isEqualTo(1);
    }
    // The partition is cached; a failure caused by that is retried, as after an outage.
    var repeated = writer.store(readings(0, 1)).recover(gone -> writer.store(readings(0, 1)));
    assertThat(await(repeated).added()).hasSize(2);
  }

  private long rolledThrough(Instant time) {
    return database.number("select count(*) from rollup where rolled_until > ?", time);
  }

  @Test
  void goesOnByItselfAfterItsConnectionWasEnded() {
    var writer = rollups.writer();
    writer.stored(readings(0, 0));
    var settings = new RollupSettings(Duration.ofMillis(100), Optional.empty(), Duration.ofDays(1));
    var worker = worker(settings);
    var other = worker(settings);
    Awaitility.await().atMost(LONG).until(() -> rolledThrough(hour(1)) == 1);
    for (int round = 1; round <= 3; round++) {
      writer.stored(readings(0, round));
      database.query(
          "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
              + " where application_name = 'stripchart rollup' and datname = current_database()");
      rollups.assertExact("round " + round);
      Awaitility.await().atMost(LONG).until(() -> rollups.marks() == 0);
      rollups.assertExact("round " + round);
    }
    await(Future.join(worker.stop(), other.stop()));
    writer.stored(readings(0, 9));
    assertThat(rollups.marks()).isEqualTo(2);
  }

  @Test
  void tellsOfWhateverFails() {
    var registry = new SimpleMeterRegistry();
    for (var table :
        List.of("reading_hour", "reading_day", "late_hour", "dense_hour", "stored_batch")) {
      rollups.clear();
      rollups.writer().stored(readings(0, 0));
      database.execute("alter table " + table + " rename to away");
      double before = failures(registry);
      var settings =
          new RollupSettings(Duration.ofMillis(100), Optional.empty(), Duration.ofDays(1));
      var worker = worker(settings, registry);
      Awaitility.await(table).atMost(LONG).until(() -> failures(registry) > before);
      await(worker.stop());
      database.execute("alter table away rename to " + table);
    }
  }

  private static double failures(SimpleMeterRegistry registry) {
    var counter = registry.find("stripchart.rollup.failures").counter();
    return counter == null ? 0 : counter.count();
  }

  private RollupWorker worker(RollupSettings settings) {
    return worker(settings, new SimpleMeterRegistry());
  }

  private RollupWorker worker(RollupSettings settings, SimpleMeterRegistry registry) {
    var worker = new RollupWorker(rollups.vertx, rollups.settings(), settings, registry);
    worker.start();
    return worker;
  }
}
