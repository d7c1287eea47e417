package io.stripchart.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each role in a process of its own, on a broker and a database that are given. */
@Timeout(180)
class RolesIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SENSOR =
      "{ currentTemperature(series: \\\"room.101.1.temperature\\\") { value } }";

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();

  @Test
  void carryReadingsAsProcessesOfTheirOwn() {
    try (var satellite = RunningMain.with(Map.of("STRIPCHART_ROLES", "satellite"));
        var persist = RunningMain.with(settings("persist", Map.of()));
        var ingest = RunningMain.with(settings("ingest", feedAndBuilding(satellite)));
        var api = RunningMain.with(settings("api", Map.of()))) {
      await()
          .atMost(LIMIT)
          .until(() -> api.graphql("{ currentTemperature { value } }").contains("\"value\":"));
      await().atMost(LIMIT).until(() -> api.graphql(SENSOR).contains("\"value\":"));
      assertThat(ingest.operations("/readyz")).contains("ingest.").doesNotContain("api.");
      assertThat(persist.operations("/readyz")).contains("persist.").doesNotContain("ingest.");
    }
  }

  @Test
  void saysWhatDoesNotWorkWhileTheBrokerIsAway() {
    try (var persist = RunningMain.with(settings("persist", Map.of()))) {
      await().atMost(LIMIT).until(() -> persist.operations("/readyz").contains("\"ready\""));
      try (var outage = broker.stopped()) {
        assertThat(outage).isNotNull();
        await()
            .atMost(LIMIT)
            .until(() -> persist.operations("/readyz").contains("is not being consumed"));
        assertThat(persist.operations("/readyz")).contains("\"not ready\"");
        assertThat(persist.operations("/livez")).contains("live");
      }
      await().atMost(LIMIT).until(() -> persist.operations("/readyz").contains("\"ready\""));
    }
  }

  private static Map<String, String> feedAndBuilding(RunningMain satellite) {
    var url = "ws://127.0.0.1:" + satellite.port("satellite") + "/graphql";
    return Map.of(
        "STRIPCHART_FEEDS",
        "satellite.temperature=" + url,
        "STRIPCHART_SIMULATE",
        "rooms:1x1@PT0.1S");
  }

  private static Map<String, String> settings(String role, Map<String, String> more) {
    var settings = new HashMap<>(more);
    settings.put("STRIPCHART_ROLES", role);
    settings.put("STRIPCHART_AMQP_URI", broker.uri());
    settings.put("STRIPCHART_DATABASE_URI", database.uri());
    return settings;
  }
}
