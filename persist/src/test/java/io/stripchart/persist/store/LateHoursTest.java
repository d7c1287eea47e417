package io.stripchart.persist.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class LateHoursTest {
  private static final Instant CLOSED_UNTIL = Instant.parse("2026-11-21T02:00:00Z");

  private static Reading reading(String series, String time) {
    return new Reading(series, Instant.parse("2026-11-21T" + time + "Z"), 1);
  }

  private static LateHours of(Reading... added) {
    return LateHours.of(List.of(added), Map.of("a", 7, "b", 9), CLOSED_UNTIL);
  }

  @Test
  void areNoneWhereEveryHourIsOpen() {
    assertThat(of(reading("a", "02:00:00"), reading("b", "23:00:00")).hours()).isEmpty();
    assertThat(of().hours()).isEmpty();
  }

  @Test
  void areEachClosedHourOfASeriesOnceInTheOrderOfTheirKeys() {
    var late =
        of(
            reading("a", "00:00:00"),
            reading("a", "00:59:59.999999"),
            reading("a", "01:59:59.999999"),
            reading("a", "02:00:00"),
            reading("b", "01:30:00"),
            reading("b", "03:00:00"));
    assertThat(late.series()).containsExactly(7, 7, 9);
    assertThat(late.hours())
        .containsExactly(
            Instant.parse("2026-11-21T00:00:00Z"),
            Instant.parse("2026-11-21T01:00:00Z"),
            Instant.parse("2026-11-21T01:00:00Z"));
  }
}
