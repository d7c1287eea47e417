package io.stripchart.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.common.settings.Settings;
import io.stripchart.persist.rollup.RollupSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class PersistSettingsTest {
  @Test
  void haveDefaults() {
    assertThat(PersistSettings.from(new Settings(Map.of())))
        .isEqualTo(
            new PersistSettings(
                5_000,
                5_000,
                7,
                Duration.ofSeconds(4),
                new RollupSettings(Duration.ofMinutes(1), Optional.empty(), Duration.ofDays(1))));
  }

  @Test
  void readTheWidthOfAPartitionInWholeDays() {
    var settings = new Settings(Map.of("STRIPCHART_PARTITION_WIDTH", "PT48H"));
    assertThat(PersistSettings.from(settings).partitionDays()).isEqualTo(2);
    settings.check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"P0D", "PT36H", "P3661D", "-P7D", "7", "P1W"})
  void refuseAnyOtherWidth(String width) {
    var settings = new Settings(Map.of("STRIPCHART_PARTITION_WIDTH", width));
    assertThat(PersistSettings.from(settings).partitionDays()).isEqualTo(7);
    assertThatThrownBy(settings::check)
        .hasMessageContaining("STRIPCHART_PARTITION_WIDTH")
        .hasMessageContaining("P1D to P3660D in whole days, default P7D");
  }
}
