package io.stripchart.common.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.common.settings.Settings;
import io.stripchart.common.settings.SettingsException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class AcceptableTimesTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private static AcceptableTimes from(Map<String, String> environment) {
    var settings = new Settings(environment);
    var times = AcceptableTimes.from(settings);
    settings.check();
    return times;
  }

  @Test
  void isFrom1970To5MinutesAheadByDefault() {
    var times = from(Map.of());
    assertThat(times).isEqualTo(AcceptableTimes.DEFAULT);
    assertThat(times.check("time", Instant.EPOCH, NOW)).isEqualTo(Instant.EPOCH);
    var last = NOW.plusSeconds(300);
    assertThat(times.check("time", last, NOW)).isEqualTo(last);
    assertThatThrownBy(() -> times.check("time", Instant.EPOCH.minusNanos(1), NOW))
        .hasMessageStartingWith("time: must not be before 1970");
    assertThatThrownBy(() -> times.check("timestamp", last.plusNanos(1_000), NOW))
        .isInstanceOf(MalformedReadingException.class)
        .hasMessage(
            "timestamp: must not be more than 5 minutes ahead, is 2026-11-21T12:05:00.000001Z"
                + " and it is 2026-11-21T12:00:00.000000Z");
    assertThat(times.range()).isEqualTo("at most 5 minutes ahead of now");
  }

  @Test
  void isWhatTheSettingsSay() {
    var times = from(Map.of("STRIPCHART_TIME_PAST", "P1D", "STRIPCHART_TIME_AHEAD", "PT0S"));
    var first = NOW.minusSeconds(86_400);
    assertThat(times.check("time", first, NOW)).isEqualTo(first);
    assertThat(times.check("time", NOW, NOW)).isEqualTo(NOW);
    assertThatThrownBy(() -> times.check("time", first.minusNanos(1_000), NOW))
        .hasMessageContaining("must not be more than 1 day ago");
    assertThatThrownBy(() -> times.check("time", NOW.plusNanos(1_000), NOW))
        .hasMessageContaining("must not be more than PT0S ahead");
    assertThat(times.range()).isEqualTo("at most 1 day ago and at most PT0S ahead of now");
  }

  @ParameterizedTest
  @CsvSource({
    "STRIPCHART_TIME_PAST, PT59S",
    "STRIPCHART_TIME_PAST, P36501D",
    "STRIPCHART_TIME_PAST, -PT5M",
    "STRIPCHART_TIME_PAST, 5m",
    "STRIPCHART_TIME_AHEAD, none",
    "STRIPCHART_TIME_AHEAD, -PT1S",
    "STRIPCHART_TIME_AHEAD, P36501D"
  })
  void refusesOtherSettings(String name, String value) {
    assertThatThrownBy(() -> from(Map.of(name, value)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(name);
  }

  @Test
  void tellsItsDurationsInWords() {
    assertThat(new AcceptableTimes(Duration.ofHours(36), Duration.ofSeconds(90)).range())
        .isEqualTo("at most 36 hours ago and at most 90 seconds ahead of now");
    assertThat(new AcceptableTimes(null, Duration.ofMillis(1)).range())
        .isEqualTo("at most PT0.001S ahead of now");
  }
}
