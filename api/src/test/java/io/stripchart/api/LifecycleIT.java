package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class LifecycleIT {
  @RegisterExtension final TestBroker broker = TestBroker.create();
  @RegisterExtension final TestDatabase database = TestDatabase.create();

  @Test
  @SuppressWarnings("try")
  void startsWhileBrokerAndDatabaseAreAway() {
    RunningApi.migrate(database.directUri());
    var brokerOutage = broker.stopped();
    var databaseOutage = database.stopped();
    try (var api = new RunningApi(broker.uri(), database.uri())) {
      var health = api.surroundings().health();
      assertThat(api.data("{ __typename }").encode()).contains("Query");
      assertThat(api.error("{ temperatureStatistics { count } }")).contains("away");
      assertThat(health.report().get("api.live")).isPresent();
      await().until(() -> health.report().get("api.database").orElse("").contains("away"));
      brokerOutage.close();
      databaseOutage.close();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> health.report().values().stream().allMatch(problem -> problem.isEmpty()));
      assertThat(api.data("{ temperatureStatistics { count } }").encode()).contains("0");
    }
  }

  @Test
  void saysThatTheDatabaseHasNoSchemaYet() {
    try (var api = new RunningApi(broker.uri(), database.uri())) {
      assertThat(api.error("{ temperatureStatistics { count } }")).contains("no schema yet");
    }
  }

  @Test
  void tellsItsClientsThatItStops() {
    var elsewhere = Vertx.vertx();
    var api = new RunningApi(broker.uri(), database.uri());
    try {
      var client = SocketClient.connect(elsewhere, api.port(), "graphql-transport-ws");
      long start = System.nanoTime();
      api.close();
      assertThat(client.closeCode()).isEqualTo(1001);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    } finally {
      RunningApi.await(elsewhere.close());
    }
  }

  @Test
  void failsToStartWhereThePortIsTaken() {
    try (var api = new RunningApi(broker.uri(), database.uri())) {
      var same =
          new ApiSettings(
              api.port(), "satellite.temperature", Duration.ofSeconds(3), 100, Set.of());
      assertThatThrownBy(() -> new RunningApi(same, broker.uri(), database.uri()))
          .hasMessageContaining("in use");
    }
  }
}
