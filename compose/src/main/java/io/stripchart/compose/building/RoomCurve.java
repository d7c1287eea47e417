package io.stripchart.compose.building;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Temperatures, in °C, of rooms that warm up by day and cool down at night, each somewhat warmer or
 * cooler than the others; sensors of a room differ a little, and have noise.
 */
final class RoomCurve {
  private static final double MEAN = 21;
  private static final double DAY = 1.5;
  private static final double BETWEEN_ROOMS = 1.5;
  private static final double BETWEEN_SENSORS = 0.3;
  private static final double NOISE = 0.05;

  /** UTC. */
  private static final Duration WARMEST = Duration.ofHours(15);

  private static final double MILLIS_OF_A_DAY = Duration.ofDays(1).toMillis();

  private final RandomGenerator noise;

  /**
   * @param noise of the sensors
   */
  RoomCurve(RandomGenerator noise) {
    this.noise = noise;
  }

  /** The displayed temperature, in hundredths of a degree. */
  double shownAt(Instant time, int room, int sensor) {
    double shown = temperatureAt(time, room, sensor) + NOISE * noise.nextGaussian();
    return Math.round(shown * 100) / 100.0;
  }

  /** The true temperature at the sensor. */
  double temperatureAt(Instant time, int room, int sensor) {
    double day = (time.toEpochMilli() - WARMEST.toMillis()) / MILLIS_OF_A_DAY;
    return MEAN
        + DAY * Math.cos(2 * Math.PI * day)
        + BETWEEN_ROOMS * ofPlace(room, -1)
        + BETWEEN_SENSORS * ofPlace(room, sensor);
  }

  /** From -1 to 1, always the same for a place. */
  private static double ofPlace(int room, int sensor) {
    return new SplittableRandom(31L * room + 1_000_003L * sensor).nextDouble(-1, 1);
  }
}
