package io.stripchart.persist.rollup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.common.settings.Settings;
import java.time.Duration;
import java.time.Period;
import java.time.temporal.TemporalAmount;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class RollupSettingsTest {
  private static Optional<TemporalAmount> retention(String text) {
    var settings = new Settings(Map.of("STRIPCHART_RETENTION", text));
    var retention = RollupSettings.from(settings).retention();
    settings.check();
    return retention;
  }

  @Test
  void keepReadingsForEverByDefault() {
    assertThat(RollupSettings.from(new Settings(Map.of())))
        .isEqualTo(new RollupSettings(Duration.ofMinutes(1), Optional.empty(), Duration.ofDays(1)));
    assertThat(retention("none")).isEmpty();
  }

  @Test
  void takeAPeriodOrADuration() {
    assertThat(retention("P1Y6M")).contains(Period.of(1, 6, 0));
    assertThat(retention("P4W")).contains(Period.ofDays(28));
    assertThat(retention("P1D")).contains(Period.ofDays(1));
    assertThat(retention("PT36H")).contains(Duration.ofHours(36));
  }

  @ParameterizedTest
  @ValueSource(strings = {"P0D", "PT23H", "-P7D", "P1001Y", "P99999999Y", "7", "never"})
  void refuseAnyOther(String text) {
    assertThatThrownBy(() -> retention(text))
        .hasMessageContaining("STRIPCHART_RETENTION")
        .hasMessageContaining("P1D to P1000Y, or none, default none");
  }
}
