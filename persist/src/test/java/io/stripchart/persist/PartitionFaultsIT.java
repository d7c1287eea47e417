package io.stripchart.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.settings.Secret;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Partitions that an operator detached, created or locked; and too many at once. */
@Timeout(180)
class PartitionFaultsIT {
  private static final Duration LONG = Duration.ofSeconds(90);
  private static final String LATE = "2024-05-05T00:00:%02dZ";
  private static final String COUNT = "select count(*) from reading where value = ?";

  @RegisterExtension final TestBroker broker = TestBroker.create();
  @RegisterExtension final TestDatabase database = TestDatabase.create();
  private Persisting persisting;

  @BeforeEach
  void start() throws Exception {
    persisting = new Persisting(broker, database).start();
  }

  @AfterEach
  void stop() throws Exception {
    persisting.close();
  }

  private void publish(String time, double value) throws Exception {
    persisting.publish("room.1", "{\"value\":%s,\"time\":\"%s\"}".formatted(value, time));
    persisting.confirmed();
  }

  private void publishLate(int second) throws Exception {
    publish(LATE.formatted(second), second);
  }

  private void awaitStored(double value) {
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(database.number(COUNT, value)).isEqualTo(1));
  }

  /** Without a look at the partition that is locked. */
  private void awaitStoredElsewhere(long count) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(
                        database.number(
                            "select count(*) from reading where time > '2026-01-01 00:00+00'"))
                    .isEqualTo(count));
  }

  private String awaitDeadReason() {
    await().atMost(LONG).until(() -> persisting.channel.messageCount("stripchart.dead") == 1);
    try {
      var dead = persisting.dead().get(0);
      return dead.getProps().getHeaders().get("x-stripchart-reason").toString();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void deadLettersReadingsOfADetachedPartitionAndStoresOthers() throws Exception {
    publishLate(1);
    awaitStored(1);
    database.execute("alter table reading detach partition reading_2024_01_01");
    publishLate(2);
    publish("2026-11-21T00:00:00Z", 100);
    awaitStored(100);
    assertThat(awaitDeadReason()).contains("reading_2024_01_01").contains("attach it again");
    // After it is attached again, it takes later readings.
    database.execute(
        "alter table reading attach partition reading_2024_01_01"
            + " for values from ('2024-01-01 00:00+00') to ('2025-01-01 00:00+00')");
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofSeconds(2))
        .until(
            () -> {
              publishLate(3);
              return database.number(COUNT, 3.0) == 1;
            });
    assertThat(persisting.health.report().get("persist.database")).isEmpty();
  }

  @Test
  void deadLettersReadingsOfAPartitionThatIsBeingDetached() throws Exception {
    publishLate(1);
    awaitStored(1);
    database.execute(
        "update pg_inherits set inhdetachpending = true"
            + " where inhrelid = 'reading_2024_01_01'::regclass");
    database.execute("alter table reading alter column value set statistics 100");
    publishLate(2);
    publish("2026-11-21T00:00:00Z", 100);
    awaitStored(100);
    assertThat(awaitDeadReason()).contains("2024-01-01").contains("no partition can be made");
  }

  @Test
  void leavesToADefaultPartitionTheRangesOfItsReadings() throws Exception {
    database.execute("create table rest partition of reading default");
    database.execute("insert into series (name) values ('room.1')");
    database.execute("insert into reading values (1, '2024-05-05 00:00:59+00', 59)");
    publishLate(1);
    awaitStored(1);
    publish("2026-11-21T00:00:00Z", 100);
    awaitStored(100);
    assertThat(database.number("select count(*) from only rest")).isEqualTo(2);
    assertThat(persisting.dead()).isEmpty();
  }

  @Test
  void takesAnotherNameWhereAPartitionOfOtherBoundsHasIt() throws Exception {
    database.execute(
        "create table reading_2024_01_01 partition of reading"
            + " for values from ('2010-03-01 05:00+00') to ('2010-03-01 06:00+00')");
    publishLate(1);
    awaitStored(1);
    assertThat(database.number("select count(*) from only reading_2024_01_01_2")).isEqualTo(1);
    assertThat(persisting.dead()).isEmpty();
  }

  @Test
  void fillsTheGapsBetweenPartitionsOfOddBounds() throws Exception {
    database.execute(
        "create table odd partition of reading"
            + " for values from ('2024-05-05 00:00:02+00') to ('2024-05-05 00:00:03+00')");
    for (int second = 1; second < 5; second++) publishLate(second);
    for (int second = 1; second < 5; second++) awaitStored(second);
    assertThat(database.number("select count(*) from only odd")).isEqualTo(1);
    assertThat(persisting.dead()).isEmpty();
  }

  @Test
  void deadLettersWhatTheDatabaseFailsOverForLongWhileItStoresOthers() throws Exception {
    database.execute(
        "create function damage() returns trigger language plpgsql as $$ begin"
            + " if new.value = 13 then raise exception 'index is damaged' using errcode = 'XX002';"
            + " end if; return new; end $$");
    database.execute(
        "create trigger damage before insert on reading for each row execute function damage()");
    publishLate(13);
    publishLate(14);
    awaitStored(14);
    publishLate(15);
    awaitStored(15);
    assertThat(awaitDeadReason()).contains("index is damaged").contains("stores others");
    await().atMost(LONG).until(() -> persisting.queued() == 0);
    await().until(() -> persisting.health.warnings().isEmpty());
    await().until(() -> persisting.health.report().get("persist.consumer").isEmpty());
  }

  @Test
  void storesOthersWhileAPartitionIsLocked() throws Exception {
    publishLate(1);
    awaitStored(1);
    var vertx = Vertx.vertx();
    try {
      var other =
          PgConnection.connect(vertx, PgConnectOptions.fromUri(database.directUri())).await();
      var locking = "begin; lock table reading_2024_01_01 in access exclusive mode";
      assertThat(other.query(locking).execute().await()).isNotNull();
      publishLate(2);
      publish("2026-11-21T00:00:00Z", 100);
      awaitStoredElsewhere(1);
      publish("2026-11-21T00:00:01Z", 101);
      awaitStoredElsewhere(2);
      assertThat(other.query("rollback").execute().await()).isNotNull();
      other.close().await();
    } finally {
      vertx.close().await();
    }
    awaitStored(2);
    assertThat(persisting.dead()).isEmpty();
  }

  /** Far more messages than may be aside, of more partitions than could be tried in turn. */
  @Test
  void storesOthersWithinSecondsHoweverManyPartitionsAreLocked() throws Exception {
    persisting.stop();
    var small = new Persisting(broker, database);
    var few =
        new PersistSettings(100, 50, 7, Duration.ofSeconds(1), Persisting.settings().rollup());
    small.start(few, DatabaseSettings.of(new Secret(database.uri())));
    var now = Instant.now().truncatedTo(ChronoUnit.DAYS);
    int weeks = 30;
    for (int week = 1; week <= weeks; week++)
      publish(now.minus(Duration.ofDays(7L * week)).toString(), 1_000 + week);
    publish(now.toString(), 0);
    awaitCount("value >= 1000 or value = 0", weeks + 1);
    var vertx = Vertx.vertx();
    try {
      var other =
          PgConnection.connect(vertx, PgConnectOptions.fromUri(database.directUri())).await();
      var locking = new StringBuilder("begin");
      for (int week = 1; week <= weeks; week++) {
        var time = now.minus(Duration.ofDays(7L * week));
        var table =
            database.query(
                "select tableoid::regclass::text from reading where time = '" + time + "'");
        locking
            .append("; lock table ")
            .append(table.get(0).get(0))
            .append(" in access exclusive mode");
      }
      assertThat(other.query(locking.toString()).execute().await()).isNotNull();
      for (int second = 1; second <= 20; second++) {
        for (int week = 1; week <= weeks; week++) {
          var late = now.minus(Duration.ofDays(7L * week)).plusSeconds(second);
          small.publish("room.1", "{\"value\":2000,\"time\":\"%s\"}".formatted(late));
        }
        publish(now.plusSeconds(second).toString(), 0);
      }
      awaitCurrent(now, 21);
      long begun = System.nanoTime();
      for (int second = 21; second <= 60; second++) publish(now.plusSeconds(second).toString(), 0);
      awaitCurrent(now, 61);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
      await().until(() -> small.channel.messageCount("stripchart.overflow") > 0);
      assertThat(small.health.warnings().get("persist.set_aside")).contains("lock");
      assertThat(small.health.report().values()).allMatch(java.util.Optional::isEmpty);
      assertThat(other.query("rollback").execute().await()).isNotNull();
      other.close().await();
      awaitCount("value = 2000", 20L * weeks);
      await().atMost(LONG).until(() -> small.channel.messageCount("stripchart.overflow") == 0);
      await().atMost(LONG).until(() -> small.health.warnings().isEmpty());
      assertThat(small.dead()).isEmpty();
    } finally {
      vertx.close().await();
      small.close();
      persisting = new Persisting(broker, database).start();
    }
  }

  private void awaitCount(String condition, long count) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(database.number("select count(*) from reading where " + condition))
                    .isEqualTo(count));
  }

  /** Without a look at a partition that is locked. */
  private void awaitCurrent(Instant from, long count) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(
                        database.number(
                            "select count(*) from reading where time >= '" + from + "'"))
                    .isEqualTo(count));
  }

  @Test
  void storesOthersBehindManyThatTheDatabaseFailsOver() throws Exception {
    persisting.stop();
    var small = new Persisting(broker, database);
    var few = new PersistSettings(20, 10, 7, Duration.ofSeconds(1), Persisting.settings().rollup());
    small.start(few, DatabaseSettings.of(new Secret(database.uri())));
    try {
      publishLate(0);
      awaitStored(0);
      database.execute(
          "create function damage() returns trigger language plpgsql as $$ begin"
              + " raise exception 'index is damaged' using errcode = 'XX002'; end $$");
      database.execute(
          "create trigger damage before insert on reading_2024_01_01"
              + " for each row execute function damage()");
      for (int i = 0; i < 200; i++)
        small.publish(
            "room.1", "{\"value\":500,\"time\":\"2024-05-05T00:01:00.%03dZ\"}".formatted(i));
      publish("2026-11-21T00:00:00Z", 100);
      awaitStored(100);
      database.execute("drop trigger damage on reading_2024_01_01");
      await().atMost(LONG).until(() -> small.health.warnings().isEmpty());
      await().atMost(LONG).until(() -> small.channel.messageCount("stripchart.overflow") == 0);
      await().atMost(LONG).until(() -> small.queued() == 0);
      // Each was stored, or found to be at fault: at most those of some trials before the repair.
      var dead = small.dead();
      assertThat(dead.size()).isLessThan(100);
      assertThat(dead)
          .allMatch(
              one ->
                  one.getProps()
                      .getHeaders()
                      .get("x-stripchart-reason")
                      .toString()
                      .contains("index is damaged"));
      awaitCount("value = 500", 200 - dead.size());
    } finally {
      small.close();
      persisting = new Persisting(broker, database).start();
    }
  }

  @Test
  void makesSoManyPartitionsInAMinuteAndStoresOthersMeanwhile() throws Exception {
    persisting.stop();
    var slow = new Persisting(broker, database);
    var all = Persisting.settings();
    var settings = new PersistSettings(100, 50, 7, 2, Duration.ofSeconds(1), 1_000, all.rollup());
    slow.start(settings, DatabaseSettings.of(new Secret(database.uri())));
    try {
      var now = Instant.now().truncatedTo(ChronoUnit.DAYS);
      publish(now.toString(), 100);
      awaitStored(100);
      for (int week = 1; week <= 10; week++) {
        publish(now.minus(Duration.ofDays(7L * week)).toString(), week);
        publish(now.plusSeconds(week).toString(), 100 + week);
      }
      for (int week = 1; week <= 10; week++) awaitStored(100 + week);
      assertThat(database.number("select count(*) from reading where value between 1 and 10"))
          .isLessThan(10);
      assertThat(slow.metrics.get("stripchart.partitions.wanted").gauge().value()).isPositive();
      assertThat(slow.metrics.get("stripchart.persist.set.aside").gauge().value()).isPositive();
      assertThat(slow.health.warnings().get("persist.set_aside")).contains("partitions");
      assertThat(slow.health.report().values()).allMatch(java.util.Optional::isEmpty);
    } finally {
      slow.close();
    }
    // Nothing of it was acknowledged, so that another process stores it.
    persisting = new Persisting(broker, database).start();
    for (int week = 1; week <= 10; week++) awaitStored(week);
    await().atMost(LONG).until(() -> persisting.queued() == 0);
    assertThat(persisting.dead()).isEmpty();
  }
}
