package io.stripchart.compose.satellite;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * The temperature, in °C, of a panel on a satellite in low orbit: it warms up in sunlight and cools
 * down in the Earth's shadow, each time towards a balance that it does not reach.
 */
final class OrbitCurve {
  private static final Duration PERIOD = Duration.ofMinutes(92);
  private static final Duration SUNLIGHT = Duration.ofMinutes(57);
  private static final Duration INERTIA = Duration.ofMinutes(38);
  private static final double BALANCE_IN_SUNLIGHT = 64;
  private static final double BALANCE_IN_SHADOW = -38;
  private static final double NOISE = 0.04;

  private final double atSunrise;
  private final double atSunset;
  private final RandomGenerator random;

  /**
   * @param random the sensor's noise
   */
  OrbitCurve(RandomGenerator random) {
    this.random = random;
    double left = decay(SUNLIGHT);
    double leftOverShadow = decay(PERIOD.minus(SUNLIGHT));
    // The one start from which an orbit ends where it began.
    this.atSunrise =
        (BALANCE_IN_SHADOW * (1 - leftOverShadow)
                + BALANCE_IN_SUNLIGHT * (1 - left) * leftOverShadow)
            / (1 - left * leftOverShadow);
    this.atSunset = towards(BALANCE_IN_SUNLIGHT, atSunrise, SUNLIGHT);
  }

  /** The displayed temperature, in hundredths of a degree. */
  double shownAt(Instant time) {
    return Math.round((temperatureAt(time) + NOISE * random.nextGaussian()) * 100) / 100.0;
  }

  /** The true temperature. */
  double temperatureAt(Instant time) {
    var sinceSunrise = Duration.ofMillis(Math.floorMod(time.toEpochMilli(), PERIOD.toMillis()));
    return sinceSunrise.compareTo(SUNLIGHT) < 0
        ? towards(BALANCE_IN_SUNLIGHT, atSunrise, sinceSunrise)
        : towards(BALANCE_IN_SHADOW, atSunset, sinceSunrise.minus(SUNLIGHT));
  }

  private static double towards(double balance, double from, Duration after) {
    return balance + (from - balance) * decay(after);
  }

  private static double decay(Duration over) {
    return Math.exp(-(double) over.toMillis() / INERTIA.toMillis());
  }
}
