package io.stripchart.compose.building;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class RoomCurveTest {
  private static final Instant AFTERNOON = Instant.parse("2026-11-21T15:00:00Z");

  private final RoomCurve curve = new RoomCurve(new SplittableRandom(1));

  @Test
  void staysWhereItIsTemperate() {
    for (int room = 0; room < 1_000; room++) {
      for (int hour = 0; hour < 24; hour++) {
        var time = AFTERNOON.plus(Duration.ofHours(hour));
        assertThat(curve.shownAt(time, room, 3)).isBetween(17.0, 25.0);
      }
    }
  }

  @Test
  void isWarmestInTheAfternoonAndTheSameADayLater() {
    double warmest = curve.temperatureAt(AFTERNOON, 1, 1);
    assertThat(curve.temperatureAt(AFTERNOON.plus(Duration.ofHours(12)), 1, 1))
        .isLessThan(warmest - 2);
    assertThat(curve.temperatureAt(AFTERNOON.plus(Duration.ofDays(1)), 1, 1)).isEqualTo(warmest);
  }

  @Test
  void tellsSensorsOfARoomApartByLessThanRooms() {
    var ofOneRoom = curve.temperatureAt(AFTERNOON, 1, 1) - curve.temperatureAt(AFTERNOON, 1, 2);
    assertThat(Math.abs(ofOneRoom)).isBetween(0.001, 0.6);
    assertThat(curve.temperatureAt(AFTERNOON, 1, 1))
        .isNotEqualTo(curve.temperatureAt(AFTERNOON, 2, 1));
  }

  @Test
  void showsHundredthsOfADegree() {
    double shown = curve.shownAt(AFTERNOON, 1, 1);
    assertThat(Double.toString(shown)).matches("\\d+\\.\\d{1,2}");
  }
}
