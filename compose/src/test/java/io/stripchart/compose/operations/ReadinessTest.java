package io.stripchart.compose.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ReadinessTest {
  @Test
  void isReadyWhenEveryCheckIs() {
    var readiness = new Readiness(Map.of("api.database", Optional.empty()));

    assertThat(readiness.statusCode()).isEqualTo(200);
    assertThat(readiness.json().encode())
        .isEqualTo("{\"status\":\"ready\",\"checks\":{\"api.database\":\"ok\"}}");
  }

  @Test
  void saysWhatDoesNotWork() {
    var readiness = new Readiness(Map.of("api.database", Optional.of("does not answer")));

    assertThat(readiness.statusCode()).isEqualTo(503);
    assertThat(readiness.json().encode())
        .isEqualTo("{\"status\":\"not ready\",\"checks\":{\"api.database\":\"does not answer\"}}");
  }

  @Test
  void staysReadyWithAWarning() {
    var readiness =
        new Readiness(
            Map.of("api.database", Optional.empty()), Map.of("persist.x", "fsync is off"));

    assertThat(readiness.statusCode()).isEqualTo(200);
    assertThat(readiness.json().encode())
        .isEqualTo(
            "{\"status\":\"ready\",\"checks\":{\"api.database\":\"ok\"},"
                + "\"warnings\":{\"persist.x\":\"fsync is off\"}}");
  }
}
