package io.stripchart.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.common.settings.Settings;
import io.stripchart.common.settings.SettingsException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class StripchartSettingsTest {
  @Test
  void runsEveryRoleOnEmbeddedPartsByDefault() {
    var settings = read(Map.of(), true);

    assertThat(settings.process().roles()).containsExactlyInAnyOrder(Role.values());
    assertThat(settings.connections().brokerUri()).isEmpty();
    assertThat(settings.connections().databaseUri()).isEmpty();
  }

  @Test
  void takesTheRolesThatAreNamed() {
    var settings = read(Map.of("STRIPCHART_ROLES", "persist, api"), true);

    assertThat(settings.process().roles()).containsExactlyInAnyOrder(Role.PERSIST, Role.API);
  }

  @Test
  void reportsEveryProblemAtOnce() {
    var environment =
        Map.of(
            "STRIPCHART_ROLES", "persist,apy",
            "STRIPCHART_API_PORT", "eighty",
            "STRIPCHART_LOG", "xml",
            "STRIPCHART_AMQP_URI", "http://user:hunter2@example.org",
            "STRIPCHART_DATABASE_URI", "hunter2",
            "STRIPCHART_PRESIST_BATCH", "10");

    assertThatThrownBy(() -> read(environment, true))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("STRIPCHART_ROLES: \"apy\" is no role")
        .hasMessageContaining("any of satellite,ingest,persist,api")
        .hasMessageContaining("STRIPCHART_API_PORT: cannot be read; must be 0 to 65535")
        .hasMessageContaining("STRIPCHART_LOG: \"xml\" is no log format; must be text or json")
        .hasMessageContaining("STRIPCHART_AMQP_URI: cannot be used; must be amqp://")
        .hasMessageContaining("STRIPCHART_DATABASE_URI: cannot be used; must be postgresql://")
        .hasMessageContaining("STRIPCHART_PRESIST_BATCH: is no setting")
        .message()
        .doesNotContain("hunter2");
  }

  @Test
  void refusesOnePortForTwoServers() {
    assertThatThrownBy(() -> read(Map.of("STRIPCHART_API_PORT", "9000"), true))
        .hasMessageContaining("STRIPCHART_API_PORT: is 9000")
        .hasMessageContaining("STRIPCHART_OPERATIONS_PORT");
  }

  @Test
  void allowsOnePortForServersOfDifferentProcesses() {
    var environment = Map.of("STRIPCHART_API_PORT", "9000", "STRIPCHART_ROLES", "persist");

    assertThat(read(environment, true).ports().clashes()).isEmpty();
  }

  @Test
  void saysWhatToSetWhereThereIsNothingToEmbed() {
    assertThatThrownBy(() -> read(Map.of(), false))
        .hasMessageContaining("STRIPCHART_AMQP_URI: must be set")
        .hasMessageContaining("STRIPCHART_DATABASE_URI: must be set");
  }

  @Test
  void needsNoBrokerForASatelliteAlone() {
    var settings = read(Map.of("STRIPCHART_ROLES", "satellite"), false);

    assertThat(settings.process().carriesReadings()).isFalse();
  }

  @Test
  void saysWhatToSetWhereABuildingDoesNotKnowIngest() {
    var elsewhere =
        Map.of(
            "STRIPCHART_ROLES", "satellite",
            "STRIPCHART_SIMULATE", "rooms:1x1",
            "STRIPCHART_INGEST_PORT", "0");

    assertThatThrownBy(() -> read(elsewhere, false))
        .hasMessageContaining("STRIPCHART_SIMULATE_URL: must be set");
    var here = Map.of("STRIPCHART_SIMULATE", "rooms:1x1", "STRIPCHART_INGEST_PORT", "0");
    assertThat(read(here, true).roles().building().building()).isPresent();
  }

  @Test
  void showsOfADatabaseNoCredentialsWhereverTheUriHasThem() {
    assertThat(ConnectionSettings.place("postgresql://db.example/main?user=u&password=hunter2"))
        .isEqualTo("postgresql://db.example:5432/main");
    assertThat(
            ConnectionSettings.place("postgresql://u:hunter2@db.example:6000/main?sslmode=require"))
        .isEqualTo("postgresql://db.example:6000/main");
  }

  private static StripchartSettings read(Map<String, String> environment, boolean canEmbed) {
    var settings = new Settings(environment);
    var read = StripchartSettings.from(settings, canEmbed);
    settings.check();
    return read;
  }
}
