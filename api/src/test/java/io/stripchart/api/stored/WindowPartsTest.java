package io.stripchart.api.stored;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowPartsTest {
  private static final String DAY = "2026-01-06T";

  private static Instant at(String time) {
    return Instant.parse(DAY + time + "Z");
  }

  @ParameterizedTest
  @CsvSource({
    // Whole hours between minutes.
    "10:40:30, 13:20:10, 20:00:00, 10:41:00, 11:00:00, 13:00:00, 13:20:00",
    "10:00:00, 13:00:00, 20:00:00, 10:00:00, 10:00:00, 13:00:00, 13:00:00",
    "10:59:30, 13:00:40, 20:00:00, 11:00:00, 11:00:00, 13:00:00, 13:00:00",
    // No whole hour.
    "10:40:30, 11:20:10, 20:00:00, 10:41:00, 11:00:00, 11:00:00, 11:20:00",
    "10:10:30, 10:50:10, 20:00:00, 10:11:00, 10:50:00, 10:50:00, 10:50:00",
    "10:00:00, 10:50:10, 20:00:00, 10:00:00, 10:50:00, 10:50:00, 10:50:00",
    "10:10:30, 10:10:50, 20:00:00, 10:10:30, 10:10:30, 10:10:30, 10:10:30",
    "10:10:30, 10:11:10, 20:00:00, 10:11:00, 10:11:00, 10:11:00, 10:11:00",
    // Rolled up until within the window: of the minutes from there on, those of one hour at most.
    "10:40:30, 15:20:10, 13:00:00, 10:41:00, 11:00:00, 13:00:00, 14:00:00",
    "10:40:30, 15:20:10, 13:07:00, 10:41:00, 11:00:00, 13:07:00, 13:07:00",
    "10:40:30, 15:20:10, 09:00:00, 10:41:00, 11:00:00, 11:00:00, 12:00:00",
    "10:00:00, 15:20:10, 09:00:00, 10:00:00, 11:00:00, 11:00:00, 12:00:00",
  })
  void followEachOther(
      String from,
      String to,
      String rolledUntil,
      String minutesFrom,
      String hoursFrom,
      String hoursTo,
      String minutesTo) {
    var window = new Window(at(from), at(to));
    var parts = WindowParts.of(HourWindow.of(window, at(rolledUntil)));
    assertThat(parts)
        .isEqualTo(
            new WindowParts(
                at(from), at(minutesFrom), at(hoursFrom), at(hoursTo), at(minutesTo), at(to)));
    assertThat(
            List.of(
                parts.from(),
                parts.minutesFrom(),
                parts.hoursFrom(),
                parts.hoursTo(),
                parts.minutesTo(),
                parts.to()))
        .isSorted();
  }

  @ParameterizedTest
  @CsvSource({
    "10:40:30, 13:20:10, 10:00:00, 13:00:00, 39",
    "10:00:00, 13:00:00, , , 0",
    "10:10:30, 10:50:10, 10:00:00, , 39",
    "10:00:00, 10:50:10, 10:00:00, , 50",
    "10:10:30, 10:10:50, , , 0",
  })
  void tellWhichHoursMinutesTheyNeed(String from, String to, String first, String last, int count) {
    var parts = WindowParts.of(HourWindow.of(new Window(at(from), at(to)), at("20:00:00")));
    assertThat(parts.firstHour()).isEqualTo(first == null ? null : at(first));
    assertThat(parts.lastHour()).isEqualTo(last == null ? null : at(last));
    assertThat(parts.minutes(at("20:00:00"))).isEqualTo(count);
  }

  @Test
  void countOnlyMinutesOfHoursThatAreOver() {
    var window = new Window(at("10:30:00"), at("11:40:00"));
    assertThat(minutes(window, "12:00:00")).isEqualTo(70);
    assertThat(minutes(window, "11:59:00")).isEqualTo(30);
    assertThat(minutes(window, "10:59:00")).isZero();
  }

  private static long minutes(Window window, String rolledUntil) {
    return WindowParts.of(HourWindow.of(window, at(rolledUntil))).minutes(at(rolledUntil));
  }
}
