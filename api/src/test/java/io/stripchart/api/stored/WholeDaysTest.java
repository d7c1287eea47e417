package io.stripchart.api.stored;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class WholeDaysTest {
  private static Instant at(String time) {
    return Instant.parse("2026-01-" + time + ":00Z");
  }

  private static HourWindow hours(String from, String to, String rolledUntil) {
    return HourWindow.of(new Window(at(from), at(to)), at(rolledUntil));
  }

  @ParameterizedTest
  @CsvSource({
    "01T00:00, 03T00:00, 09T00:00, 01T00:00, 03T00:00",
    "01T00:30, 04T23:59, 09T00:00, 02T00:00, 04T00:00",
    "01T00:30, 04T23:59, 03T17:20, 02T00:00, 03T00:00",
    "01T23:30, 03T00:00, 03T00:00, 02T00:00, 03T00:00",
  })
  void lieInTheHours(String from, String to, String rolledUntil, String first, String end) {
    assertThat(WholeDays.of(hours(from, to, rolledUntil)))
        .isEqualTo(new WholeDays(at(first), at(end)));
  }

  @ParameterizedTest
  @CsvSource({
    "01T00:30, 02T23:59, 09T00:00",
    "01T00:00, 02T00:00, 01T23:59",
    "01T00:00, 01T23:00, 09T00:00",
    "01T10:30, 01T10:45, 09T00:00",
    "05T00:00, 08T00:00, 03T00:00",
  })
  void areNoneWhereNoneIsWhole(String from, String to, String rolledUntil) {
    var hours = hours(from, to, rolledUntil);
    assertThat(WholeDays.of(hours)).isEqualTo(new WholeDays(hours.hoursTo(), hours.hoursTo()));
    assertThat(WholeDays.of(hours).isEmpty()).isTrue();
  }

  @Test
  void reachBackToTheFirstReadingWhereTheWindowDoes() {
    var days = WholeDays.of(HourWindow.of(new Window(null, null), at("03T17:20")));
    assertThat(days).isEqualTo(new WholeDays(Instant.EPOCH, at("03T00:00")));
  }
}
