package io.stripchart.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.settings.Secret;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class SeriesLimitIT {
  private static final int MAX = 10;

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private Persisting persisting;

  @BeforeEach
  void start() throws Exception {
    persisting = new Persisting(broker, database);
    var all = Persisting.settings();
    var settings =
        new PersistSettings(
            all.prefetch(),
            all.batch(),
            all.partitionDays(),
            Duration.ofSeconds(10),
            MAX,
            all.rollup());
    persisting.start(settings, DatabaseSettings.of(new Secret(database.uri())));
  }

  @AfterEach
  void stop() throws Exception {
    persisting.close();
  }

  private static long count(String sql) {
    return (long) database.query(sql).get(0).get(0);
  }

  @Test
  void putsAsideReadingsOfMoreSeriesThanThereMayBeAndStoresTheOthers() throws Exception {
    for (int i = 0; i < MAX - 2; i++) persisting.publishNumbered("old." + i, 0, 1);
    await().until(() -> count("select count(*) from series") == MAX - 2);
    for (int i = 0; i < 500; i++) {
      persisting.publishNumbered("new." + i, 0, 1);
      persisting.publishNumbered("old.0", 10 * i + 1, 10 * i + 2);
    }
    await().until(() -> count("select count(*) from reading") == MAX + 500);
    assertThat(count("select count(*) from series")).isEqualTo(MAX);
    var dead =
        persisting.metrics.get("stripchart.messages.dead").tag("cause", "series_limit").counter();
    await().untilAsserted(() -> assertThat(dead.count()).isEqualTo(498));
    var letters = persisting.dead();
    assertThat(letters).hasSize(498);
    assertThat(letters.get(0).getProps().getHeaders().toString())
        .contains("there may be 10 of them");
    assertThat(persisting.health.report().values()).allMatch(problem -> problem.isEmpty());
  }
}
