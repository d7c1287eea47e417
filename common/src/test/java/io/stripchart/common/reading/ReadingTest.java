package io.stripchart.common.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class ReadingTest {
  private static final Instant TIME = Instant.parse("2026-11-21T02:41:48.123456Z");

  @Test
  void truncatesItsTimeToMicroseconds() {
    assertThat(new Reading("room.1", TIME.plusNanos(999), 1).time()).isEqualTo(TIME);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.0, 21.5, Double.MAX_VALUE, Double.MIN_VALUE, -Double.MAX_VALUE})
  void takesEveryFiniteValue(double value) {
    assertThat(new Reading("room.1", TIME, value).value()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void refusesAValueThatIsNotFinite(double value) {
    assertThatThrownBy(() -> new Reading("room.1", TIME, value))
        .isInstanceOf(MalformedReadingException.class)
        .hasMessageContaining("value: must be finite");
  }

  @Test
  void takesTheEarliestAndTheLatestTime() {
    assertThat(new Reading("a", Reading.EARLIEST, 1).time()).isEqualTo(Instant.EPOCH);
    assertThat(new Reading("a", Reading.LATEST.plusNanos(999), 1).time()).isEqualTo(Reading.LATEST);
  }

  @Test
  void refusesTimesBeforeAndAfterThose() {
    assertThatThrownBy(() -> new Reading("a", Reading.EARLIEST.minusNanos(1), 1))
        .isInstanceOf(MalformedReadingException.class)
        .hasMessageContaining("time: must not be before 1970");
    assertThatThrownBy(() -> new Reading("a", Reading.LATEST.plusNanos(1_000), 1))
        .isInstanceOf(MalformedReadingException.class)
        .hasMessageContaining("time: must not be after the year 9999");
  }

  @Test
  void refusesABadSeries() {
    assertThatThrownBy(() -> new Reading("room..1", TIME, 1))
        .isInstanceOf(MalformedReadingException.class)
        .hasMessageContaining("series");
  }
}
