package io.stripchart.persist;

import static io.stripchart.persist.Persisting.numbered;
import static io.stripchart.persist.Persisting.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.operations.Health;
import io.stripchart.common.settings.Secret;
import io.stripchart.testing.Outage;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(180)
class FaultsIT {
  private static final int MANY = 10_000;
  private static final Duration LONG = Duration.ofSeconds(60);

  @RegisterExtension final TestBroker broker = TestBroker.create();
  @RegisterExtension final TestDatabase database = TestDatabase.create();
  private Persisting persisting;

  @BeforeEach
  void prepare() throws Exception {
    persisting = new Persisting(broker, database);
  }

  @AfterEach
  void stop() throws Exception {
    persisting.close();
  }

  private long stored() {
    return database.number("select count(*) from reading");
  }

  private void awaitStored(long count) {
    await().atMost(LONG).untilAsserted(() -> assertThat(stored()).isEqualTo(count));
    await().atMost(LONG).untilAsserted(() -> assertThat(persisting.queued()).isZero());
  }

  private void storesAllOverAnOutage(Outage outage, Duration length) throws Exception {
    long began = System.nanoTime();
    try (outage) {
      persisting.publishNumbered("room.1", MANY / 2, MANY);
      // The outage itself takes the time.
      await().atMost(LONG).until(() -> System.nanoTime() - began > length.toNanos());
      assertThat(persisting.dead()).isEmpty();
    }
    awaitStored(MANY);
    assertThat(persisting.dead()).isEmpty();
  }

  @Test
  void waitsWhileTheDatabaseIsAway() throws Exception {
    persisting.start();
    persisting.publishNumbered("room.1", 0, MANY / 2);
    storesAllOverAnOutage(database.stopped(), Duration.ofSeconds(10));
    assertThat(persisting.counted("stripchart.persist.retries")).isPositive();
  }

  @Test
  void waitsWhileTheDatabaseIsFrozen() throws Exception {
    persisting.start();
    persisting.publishNumbered("room.1", 0, MANY / 2);
    storesAllOverAnOutage(database.frozen(), Duration.ofSeconds(10));
  }

  @Test
  void givesUpAConnectionThatStaysFrozen() throws Exception {
    var impatient = new DatabaseSettings(new Secret(database.uri()), 4, Duration.ofMillis(500));
    persisting.start(settings(), impatient);
    var frozen = database.frozen();
    try (frozen) {
      persisting.publishNumbered("room.1", 0, 10);
      await().atMost(LONG).until(() -> persisting.counted("stripchart.persist.retries") > 0);
      await()
          .atMost(LONG)
          .until(() -> persisting.health.report().get("persist.database").isPresent());
    }
    awaitStored(10);
  }

  @Test
  void storesAllWhenTheDatabaseConnectionIsCutAgainAndAgain() throws Exception {
    persisting.start();
    for (int i = 0; i < 10; i++) {
      persisting.publishNumbered("room.1", i * MANY / 10, (i + 1) * MANY / 10);
      database.cut();
    }
    awaitStored(MANY);
    assertThat(persisting.dead()).isEmpty();
    assertThat(database.number("select sum(readings) from stored_batch")).isEqualTo(MANY);
    assertThat(
            database.number(
                "select count(*) from reading where xmin::text::int8"
                    + " not in (select transaction % (1::int8 << 32) from stored_batch)"))
        .isZero();
  }

  @Test
  void storesAllWhenTheBrokerConnectionIsCutInTheMiddle() throws Exception {
    persisting.start().listening();
    for (int i = 0; i < 10; i++) {
      persisting.publishNumbered("room.1", i * MANY / 10, (i + 1) * MANY / 10);
      broker.cut();
    }
    awaitStored(MANY);
    assertThat(persisting.counted("stripchart.readings.conflicting")).isZero();
    await().atMost(LONG).until(() -> persisting.counted("stripchart.readings.stored") == MANY);
    await().atMost(LONG).untilAsserted(() -> assertThat(announcedReadings()).hasSize(MANY));
  }

  private Set<Double> announcedReadings() {
    var values = new TreeSet<Double>();
    for (var batch : persisting.announced) {
      for (var reading : batch.readings()) values.add(reading.value());
    }
    return values;
  }

  @Test
  void comesUpBeforeItsBrokerAndDatabase() throws Exception {
    var health = new Health();
    var noDatabase = database.stopped();
    var noBroker = broker.stopped();
    try (noDatabase;
        noBroker) {
      persisting.deploy(settings(), DatabaseSettings.of(new Secret(database.uri())), health);
      await()
          .untilAsserted(
              () ->
                  assertThat(health.report())
                      .allSatisfy((check, problem) -> assertThat(problem).isPresent()));
    }
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(health.report())
                    .hasSize(3)
                    .allSatisfy((check, problem) -> assertThat(problem).isEmpty()));
    persisting.publishNumbered("room.1", 0, 10);
    awaitStored(10);
  }

  @Test
  void putsAsideOnlyWhatTheDatabaseRefuses() throws Exception {
    persisting.start().listening();
    database.execute("alter table reading add constraint plausible check (value <> 4711)");
    var hold = database.frozen();
    try (hold) {
      persisting.publishNumbered("room.1", 4_000, 6_000);
    }
    awaitStored(1_999);
    var dead = persisting.dead();
    assertThat(dead).hasSize(1);
    assertThat(new String(dead.get(0).getBody(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo(numbered(4711, 4711));
    assertThat(dead.get(0).getProps().getHeaders().get("x-stripchart-reason").toString())
        .contains("plausible");
    await().atMost(LONG).untilAsserted(() -> assertThat(announcedReadings()).hasSize(1_999));
  }

  @Test
  void putsAsideWhatATriggerRefuses() throws Exception {
    persisting.start();
    database.execute(
        "create function refuse() returns trigger language plpgsql as $$ begin"
            + " if new.value = 13 then raise exception 'thirteen is not stored'; end if;"
            + " return new; end $$");
    database.execute(
        "create trigger refuse before insert on reading for each row execute function refuse()");
    persisting.publishNumbered("room.1", 0, 100);
    awaitStored(99);
    assertThat(persisting.dead()).hasSize(1);
  }

  @Test
  void waitsForATableThatIsMissing() throws Exception {
    persisting.start();
    database.execute("alter table reading rename to mislaid");
    persisting.publishNumbered("room.1", 0, 10);
    await().atMost(LONG).until(() -> persisting.counted("stripchart.persist.retries") > 1);
    assertThat(persisting.dead()).isEmpty();
    // Longer than the database is looked at, which answers all the while.
    await()
        .during(Duration.ofSeconds(7))
        .atMost(LONG)
        .until(() -> persisting.health.report().get("persist.database").isPresent());
    database.execute("alter table mislaid rename to reading");
    awaitStored(10);
    await()
        .untilAsserted(
            () -> assertThat(persisting.health.report().get("persist.database")).isEmpty());
  }

  @Test
  void makesAPartitionAgainThatWasTakenAway() throws Exception {
    persisting.start();
    persisting.publishNumbered("room.1", 0, 10);
    awaitStored(10);
    database.execute("drop table reading_2026_11_16");
    persisting.publishNumbered("room.1", 10, 20);
    awaitStored(10);
    assertThat(persisting.dead()).isEmpty();
  }

  @Test
  void twoProcessesStoreOverlappingReadingsWithoutADeadlock() throws Exception {
    var small = new PersistSettings(300, 100, 7, Duration.ofSeconds(10), settings().rollup());
    var databaseSettings = DatabaseSettings.of(new Secret(database.uri()));
    var healths = List.of(new Health(), new Health());
    for (var health : healths) persisting.deploy(small, databaseSettings, health);
    await().atMost(LONG).until(() -> healths.stream().allMatch(FaultsIT::isWell));
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 2_000; i++) {
        persisting.publish("room." + (i * 7 % 50), numbered((i * 13 + round) % 2_000, 1));
      }
      persisting.confirmed();
    }
    await().atMost(LONG).untilAsserted(() -> assertThat(persisting.queued()).isZero());
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(
                        persisting.counted("stripchart.readings.stored")
                            + persisting.counted("stripchart.readings.duplicate"))
                    .isEqualTo(8_000));
    assertThat((double) stored()).isEqualTo(persisting.counted("stripchart.readings.stored"));
    assertThat(persisting.counted("stripchart.persist.retries")).isZero();
    assertThat(
            database.number(
                "select deadlocks from pg_stat_database where datname = current_database()"))
        .isZero();
  }

  private static boolean isWell(Health health) {
    return health.report().values().stream().allMatch(Optional::isEmpty);
  }

  @Test
  void storesAMessageOfManyWeeks() throws Exception {
    persisting.start();
    var body = new StringBuilder("[");
    for (int week = 0; week < 400; week++) {
      body.append(week == 0 ? "" : ",")
          .append(
              "{\"value\":%d,\"time\":\"%s\"}"
                  .formatted(week, java.time.Instant.EPOCH.plus(Duration.ofDays(7L * week))));
    }
    persisting.publish("room.1", body.append(']').toString());
    awaitStored(400);
    assertThat(
            database.number(
                "select count(*) from pg_inherits where inhparent = 'reading'::regclass"))
        // One a year: 1970 to August 1977.
        .isEqualTo(8);
  }
}
