package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.reading.Reading;
import io.stripchart.testing.KillableDatabase;
import io.stripchart.testing.TestBroker;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A crash of PostgreSQL after which it gives out numbers of transactions again, and a restore of an
 * older state.
 */
@Timeout(180)
class DatabaseCrashIT {
  /** More than a transaction or two of the server's own could use up. */
  private static final int ROLLED_BACK = 200;

  private static final int MAX_CRASHES = 10;

  @RegisterExtension static final TestBroker broker = TestBroker.create();

  private KillableDatabase database;
  private RunningApi api;
  private StoredFeed feed;

  @BeforeEach
  void start() {
    database = KillableDatabase.create();
    RunningApi.migrate(database.uri());
    var from = Instant.now().minus(Duration.ofDays(1)).toString();
    database
        .sql()
        .execute(
            "create table r partition of reading for values from ('%s') to ('%s')"
                .formatted(from, Instant.now().plus(Duration.ofDays(1))));
    api = new RunningApi(broker.uri(), database.uri());
    await().until(() -> api.surroundings().health().report().get("api.live").isEmpty());
    feed = new StoredFeed(broker, database.sql());
  }

  @AfterEach
  void stop() {
    feed.close();
    api.close();
    database.close();
  }

  private static Reading reading(String series, int value) {
    return new Reading(series, Instant.now().minusMillis(1_000 - value), value);
  }

  /** Uses numbers of transactions of which nothing comes to the disk. */
  private void rollBack() {
    try (var sql = database.sql().connect();
        var statement = sql.createStatement()) {
      sql.setAutoCommit(false);
      for (int i = 0; i < ROLLED_BACK; i++) {
        statement.execute("select pg_current_xact_id()");
        sql.rollback();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private long nextTransaction() {
    return database.sql().number("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
  }

  private long count(String window) {
    return api.data("{ rollingAverage(series: \"kept\", window: \"" + window + "\") { count } }")
        .getJsonObject("rollingAverage")
        .getLong("count");
  }

  @Test
  void rollingAveragesHaveWhatIsStoredUnderANumberThatWasGivenOutBefore() {
    feed.tell(reading("kept", 1));
    int stored = 1;
    for (int crash = 0; crash < MAX_CRASHES; crash++) {
      rollBack();
      long before = nextTransaction();
      // A window of its own each time, which is loaded by this question.
      var window = "PT" + (30 + crash) + "M";
      assertThat(count(window)).isEqualTo(stored);
      database.kill9();
      database.start();
      var batch = feed.store(List.of(reading("kept", 2 + crash)));
      feed.announce(batch);
      stored++;
      int expected = stored;
      await().ignoreExceptions().until(() -> count(window) == expected);
      if (batch.transaction() < before) return;
    }
    throw new AssertionError("no number was given out again");
  }

  @Test
  void subscriptionsAreGivenWhatIsStoredUnderANumberThatWasGivenOutBefore() {
    feed.tell(reading("followed", 1));
    rollBack();
    try (var client = SocketClient.modern(api)) {
      client.start(
          "subscribe",
          "a",
          "subscription { readings(series: \"followed\", since: \"2020-11-20T00:00:00Z\")"
              + " { series time value } }");
      assertThat(LiveApi.value(client)).isEqualTo(1);
      rollBack();
      database.kill9();
      database.start();
      for (int value = 2; value < 6; value++) {
        feed.tell(reading("followed", value));
        assertThat(LiveApi.value(client)).isEqualTo(value);
      }
    }
  }

  @Test
  void aCursorOfALaterStateOfTheDatabaseLeadsToATime() {
    String cursor;
    try (var client = SocketClient.modern(api)) {
      follow(client, "since: \"2020-11-20T00:00:00Z\"");
      feed.tell(reading("restored", 1));
      cursor = LiveApi.extensions(client).getString("cursor");
    }
    // As in a backup of before.
    database.sql().execute("delete from stored_batch");
    try (var client = SocketClient.modern(api)) {
      follow(client, "after: \"" + cursor + "\"");
      try (var other = new StoredFeed(broker, database.sql())) {
        other.tell(reading("restored", 2));
        assertThat(LiveApi.extensions(client).getString("resumed")).isEqualTo("BY_TIME");
      }
    }
  }

  private static void follow(SocketClient client, String begin) {
    client.start(
        "subscribe",
        "a",
        "subscription { readings(series: \"restored\", " + begin + ") { series time value } }");
  }

  private double current(String series) {
    return api.data("{ currentTemperature(series: \"" + series + "\") { value } }")
        .getJsonObject("currentTemperature")
        .getDouble("value");
  }

  /** As a restored backup may have it. */
  private void swapNames() {
    database.sql().execute("update series set name = 'tmp' where name = 'one'");
    database.sql().execute("update series set name = 'one' where name = 'two'");
    database.sql().execute("update series set name = 'two' where name = 'tmp'");
  }

  @Test
  void answersUnderTheRightNamesWhereRowsWereRestored() {
    feed.tell(reading("one", 1), reading("two", 2));
    assertThat(current("one")).isEqualTo(1);
    assertThat(current("two")).isEqualTo(2);
    swapNames();
    await().untilAsserted(() -> assertThat(current("one")).isEqualTo(2));
    assertThat(current("two")).isEqualTo(1);
  }

  @Test
  void answersUnderTheRightNamesWhereFilesWereRestored() {
    feed.tell(reading("one", 1), reading("two", 2));
    assertThat(current("one")).isEqualTo(1);
    assertThat(current("two")).isEqualTo(2);
    // Files do not reveal changes of rows.
    database.sql().execute("alter table series disable trigger all");
    swapNames();
    database.sql().execute("alter table series enable trigger all");
    database.kill9();
    database.start();
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(current("one")).isEqualTo(2);
              assertThat(current("two")).isEqualTo(1);
            });
  }
}
