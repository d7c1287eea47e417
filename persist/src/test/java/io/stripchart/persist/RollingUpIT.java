package io.stripchart.persist;

import static io.stripchart.persist.Persisting.numbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.settings.Secret;
import io.stripchart.persist.rollup.RollupSettings;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class RollingUpIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String CONNECTIONS =
      "select count(*) from pg_stat_activity"
          + " where application_name = 'stripchart rollup' and datname = current_database()";

  @RegisterExtension final TestBroker broker = TestBroker.create();
  @RegisterExtension final TestDatabase database = TestDatabase.create();
  private Persisting persisting;

  @BeforeEach
  void start() throws Exception {
    var often = new RollupSettings(Duration.ofMillis(100), Optional.empty(), Duration.ofHours(1));
    var all = Persisting.settings();
    var settings =
        new PersistSettings(all.prefetch(), all.batch(), all.partitionDays(), all.drain(), often);
    persisting =
        new Persisting(broker, database)
            .start(settings, DatabaseSettings.of(new Secret(database.uri())));
  }

  @AfterEach
  void stop() throws Exception {
    persisting.close();
  }

  private void awaitRolled(long count) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(
                        database.query(
                            "select count, last from reading_hour"
                                + " where not exists (select from late_hour)"))
                    .containsExactly(List.of(count, (double) count)));
  }

  @Test
  void rollsUpWhatItStoresHoweverLate() throws Exception {
    persisting.publish("room.1", numbered(1, 1));
    awaitRolled(1);
    persisting.publish("room.1", numbered(2, 2));
    awaitRolled(2);
    assertThat(persisting.counted("stripchart.rollup.failures")).isZero();
    assertThat(persisting.metrics.get("stripchart.rollup.lag").gauge().value()).isLessThan(7_200);
    assertThat(database.number(CONNECTIONS)).isEqualTo(1);
    persisting.stop();
    await().atMost(LONG).until(() -> database.number(CONNECTIONS) == 0);
  }

  @Test
  void forgetsWhichTransactionsStoredReadingsLongerAgoThanSubscriptionsCanBeResumed()
      throws Exception {
    persisting.publish("room.1", numbered(1, 1));
    await().atMost(LONG).until(() -> database.number("select count(*) from stored_batch") == 1);
    database.execute(
        "insert into stored_batch select gen_random_uuid(), n, n, now() - n * interval '1 minute',"
            + " array[now()], array[now()], 1 from generate_series(50, 25000) as n");
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(
                        database.number(
                            "select count(*) from stored_batch where sequence between 60 and 25000"))
                    .isZero());
    // Its own, and those of the last ten minutes of the hour.
    assertThat(database.number("select count(*) from stored_batch")).isEqualTo(11);
    // The log then has all batches from there on, and readers check that.
    assertThat(
            database.number(
                "select count(*) from stored_batch_kept where since between"
                    + " now() - interval '61 minutes' and now()"))
        .isOne();
    assertThat(
            database.number(
                "select count(*) from stored_batch, stored_batch_kept where stored_at < since"))
        .isLessThanOrEqualTo(11);
    assertThat(persisting.counted("stripchart.rollup.failures")).isZero();
  }

  @Test
  void goesOnAfterTheDatabaseWasAway() throws Exception {
    persisting.publish("room.1", numbered(1, 1));
    awaitRolled(1);
    var outage = database.stopped();
    try (outage) {
      await().atMost(LONG).until(() -> persisting.counted("stripchart.rollup.failures") > 0);
      persisting.publish("room.1", numbered(2, 2));
    }
    awaitRolled(2);
  }
}
