package io.stripchart.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.operations.Health;
import io.stripchart.common.settings.Secret;
import io.stripchart.testing.Outage;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two persist processes, of which one loses the database or vanishes. */
@Timeout(180)
class CutOffIT {
  private static final int MANY = 4_000;
  private static final Duration LONG = Duration.ofSeconds(60);

  @RegisterExtension final TestBroker broker = TestBroker.create();
  @RegisterExtension final TestDatabase database = TestDatabase.create();
  private final Health cutOff = new Health();
  private final Health sound = new Health();
  private final Vertx vertx = Vertx.vertx();
  private Persisting persisting;

  @BeforeEach
  void start() throws Exception {
    persisting = new Persisting(broker, database);
  }

  @AfterEach
  void stop() throws Exception {
    persisting.close();
    vertx.close().await();
  }

  private void deployBoth() throws Exception {
    var small =
        new PersistSettings(500, 100, 7, Duration.ofSeconds(1), Persisting.settings().rollup());
    persisting.deploy(small, DatabaseSettings.of(new Secret(database.uri())), cutOff);
    persisting.deploy(small, DatabaseSettings.of(new Secret(database.directUri())), sound);
    await().atMost(LONG).until(() -> isWell(cutOff) && isWell(sound));
  }

  private static boolean isWell(Health health) {
    return health.report().values().stream().allMatch(Optional::isEmpty);
  }

  private void awaitStored(long count) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(database.number("select count(*) from reading")).isEqualTo(count));
  }

  private void givesItsMessagesToTheOtherOverAn(Outage outage) throws Exception {
    try (outage) {
      persisting.publishNumbered("room.1", MANY / 2, MANY);
      awaitStored(MANY);
      await().atMost(LONG).until(() -> persisting.counted("stripchart.persist.given.back") > 0);
      assertThat(cutOff.report().get("persist.consumer")).isPresent();
      assertThat(persisting.queued()).isZero();
    }
    await().atMost(LONG).until(() -> isWell(cutOff));
    persisting.publishNumbered("room.1", MANY, MANY + 1_000);
    awaitStored(MANY + 1_000);
    assertThat(persisting.counted("stripchart.readings.conflicting")).isZero();
    assertThat(persisting.dead()).isEmpty();
  }

  @Test
  void givesItsMessagesBackWhereTheDatabaseRefusesConnections() throws Exception {
    deployBoth();
    persisting.publishNumbered("room.1", 0, MANY / 2);
    awaitStored(MANY / 2);
    givesItsMessagesToTheOtherOverAn(database.stopped());
  }

  @Test
  void givesItsMessagesBackWhereTheDatabaseIsSilent() throws Exception {
    deployBoth();
    persisting.publishNumbered("room.1", 0, MANY / 2);
    awaitStored(MANY / 2);
    givesItsMessagesToTheOtherOverAn(database.frozen());
  }

  /** Messages that wait for partitions, of which it makes one a minute; nothing else comes. */
  @Test
  void givesBackWhatIsSetAsideToo() throws Exception {
    var rollup = Persisting.settings().rollup();
    var one = new PersistSettings(500, 100, 7, 1, Duration.ofSeconds(1), 1_000, rollup);
    persisting.deploy(one, DatabaseSettings.of(new Secret(database.uri())), cutOff);
    await().atMost(LONG).until(() -> isWell(cutOff));
    for (int year = 2000; year < 2020; year++)
      persisting.publish("room.1", "{\"value\":1,\"time\":\"%d-05-05T00:00:00Z\"}".formatted(year));
    persisting.confirmed();
    await().atMost(LONG).until(() -> cutOff.warnings().containsKey("persist.set_aside"));
    persisting.deploy(
        Persisting.settings(), DatabaseSettings.of(new Secret(database.directUri())), sound);
    await().atMost(LONG).until(() -> isWell(sound));
    var outage = database.stopped();
    try (outage) {
      awaitStored(20);
      assertThat(cutOff.report().get("persist.consumer")).isPresent();
    }
    await().atMost(LONG).until(() -> isWell(cutOff));
  }

  @Test
  void goesOnWithinHalfAMinuteWhereAnotherVanishedInATransaction() throws Exception {
    deployBoth();
    persisting.publishNumbered("room.0", 0, 1);
    awaitStored(1);
    // As a process that was cut off between two statements: it holds the new series and a reading.
    var vanishing =
        Database.pool(vertx, DatabaseSettings.of(new Secret(database.uri())), "stripchart persist");
    var connection = vanishing.getConnection().await();
    var begun =
        connection
            .query(
                "begin; insert into series (name) values ('room.1');"
                    + " insert into reading select id, '2026-11-21 02:41:49+00', 0 from series"
                    + " where name = 'room.0'")
            .execute()
            .await();
    assertThat(begun).isNotNull();
    var frozen = database.frozen();
    try (frozen) {
      persisting.publishNumbered("room.1", 0, 100);
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(
                          database.number(
                              "select count(*) from reading join series on id = series_id"
                                  + " where name = 'room.1'"))
                      .isEqualTo(100));
    }
  }
}
