package io.stripchart.api.stored;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class HourWindowTest {
  private static Instant at(String time) {
    return Instant.parse("2026-01-01T" + time + "Z");
  }

  @ParameterizedTest
  @CsvSource({
    // from, to, rolled until, first hour, end of the last hour
    "00:00:00, 04:00:00, 10:00:00, 00:00:00, 04:00:00",
    "00:00:00.000001, 04:59:59.999999, 10:00:00, 01:00:00, 04:00:00",
    "00:30:00, 04:00:00, 03:00:00, 01:00:00, 03:00:00",
    "00:30:00, 02:00:00, 02:00:00, 01:00:00, 02:00:00",
    // and the rolled up part of the current hour
    "00:30:00, 04:00:00, 03:10:00, 01:00:00, 03:10:00",
    "00:30:00, 03:10:00, 03:10:00, 01:00:00, 03:10:00",
    "00:30:00, 03:09:00, 03:10:00, 01:00:00, 03:00:00"
  })
  void hasTheWholeHoursThatAreRolledUp(
      String from, String to, String rolledUntil, String hoursFrom, String hoursTo) {
    var window = new Window(at(from), at(to));
    assertThat(HourWindow.of(window, at(rolledUntil)))
        .isEqualTo(new HourWindow(at(from), at(to), at(hoursFrom), at(hoursTo)));
  }

  @ParameterizedTest
  @CsvSource({
    "00:30:00, 00:45:00, 10:00:00",
    "00:30:00, 01:59:00, 10:00:00",
    "02:00:00, 05:00:00, 01:00:00",
    "02:00:00, 05:00:00, 02:00:00",
    "02:30:00, 05:00:00, 02:40:00",
    "05:00:00, 02:00:00, 10:00:00",
    "02:00:00, 02:00:00, 10:00:00"
  })
  void hasNoneWhereThereIsNone(String from, String to, String rolledUntil) {
    var window = new Window(at(from), at(to));
    assertThat(HourWindow.of(window, at(rolledUntil)))
        .isEqualTo(new HourWindow(at(from), at(to), at(to), at(to)));
  }

  @ParameterizedTest
  @CsvSource({
    "04:00:00, 03:10:00, true",
    "04:00:00, 03:00:00, false",
    "03:09:00, 03:10:00, false",
    "01:10:00, 01:10:00, true",
    "00:40:00, 00:50:00, false"
  })
  void knowsWhetherItHasAnHourThatIsNotOver(String to, String rolledUntil, boolean open) {
    var hours = HourWindow.of(new Window(at("00:30:00"), at(to)), at(rolledUntil));
    assertThat(hours.endsWithinAnHour()).isEqualTo(open);
  }

  @Test
  void isOpenWhereNoEndIsGiven() {
    var all = HourWindow.of(new Window(null, null), at("10:00:00"));
    assertThat(all.from()).isEqualTo(Instant.EPOCH);
    assertThat(all.hoursFrom()).isEqualTo(Instant.EPOCH);
    assertThat(all.hoursTo()).isEqualTo(at("10:00:00"));
    assertThat(all.to()).isEqualTo(Instant.parse("+10000-01-01T00:00:00.999999Z"));
  }
}
