package io.stripchart.compose.satellite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class OrbitCurveTest {
  private static final Instant SUNRISE = Instant.EPOCH;
  private final OrbitCurve curve = new OrbitCurve(new SplittableRandom(1));

  @Test
  void warmsUpInSunlightAndCoolsDownInShadow() {
    assertThat(at(56)).isGreaterThan(at(28)).isGreaterThan(at(0) + 20);
    assertThat(at(91)).isLessThan(at(75)).isLessThan(at(57));
  }

  @Test
  void comesBackToWhereAnOrbitBegan() {
    assertThat(at(92)).isCloseTo(at(0), within(1e-9));
  }

  @Test
  void neverJumps() {
    assertThat(
            IntStream.range(0, 2 * 92).mapToDouble(minute -> Math.abs(at(minute + 1) - at(minute))))
        .allMatch(change -> change < 3);
  }

  @Test
  void showsHundredthsOfADegreeWithALittleNoise() {
    double shown = curve.shownAt(SUNRISE);

    assertThat(shown).isCloseTo(at(0), within(0.5));
    assertThat(shown * 100).isCloseTo(Math.rint(shown * 100), within(1e-6));
  }

  private double at(int minute) {
    return curve.temperatureAt(SUNRISE.plus(Duration.ofMinutes(minute)));
  }
}
