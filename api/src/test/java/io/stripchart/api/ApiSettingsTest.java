package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.common.settings.Settings;
import io.stripchart.common.settings.SettingsException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ApiSettingsTest {

  @Test
  void hasDefaults() {
    var settings = ApiSettings.from(new Settings(Map.of()));
    assertThat(settings.port()).isEqualTo(8000);
    assertThat(settings.defaultSeries()).isEqualTo("satellite.temperature");
    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.origins()).isEmpty();
  }

  @Test
  void takesOrigins() {
    var environment = Map.of("STRIPCHART_API_ORIGINS", "https://a.example, http://localhost:3000");
    assertThat(ApiSettings.from(new Settings(environment)).origins())
        .containsExactlyInAnyOrder("https://a.example", "http://localhost:3000");
  }

  @Test
  void tellsEveryProblem() {
    var settings =
        new Settings(
            Map.of(
                "STRIPCHART_DEFAULT_SERIES", "a..b",
                "STRIPCHART_API_ORIGINS", "https://a.example/path",
                "STRIPCHART_API_PORT", "65536"));
    ApiSettings.from(settings);
    assertThatThrownBy(settings::check)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("STRIPCHART_DEFAULT_SERIES")
        .hasMessageContaining("STRIPCHART_API_ORIGINS")
        .hasMessageContaining("STRIPCHART_API_PORT");
  }
}
