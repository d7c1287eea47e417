package io.stripchart.api.rolling;

import io.stripchart.common.reading.ReadingTime;
import java.time.Instant;

/**
 * The mean of the readings with from &lt; time ≤ to.
 *
 * @param value null if there are no readings
 */
public record RollingAverage(Double value, long count, Instant from, Instant to) {
  /**
   * @param length of the window, in microseconds
   * @param now in microseconds of the epoch
   */
  static RollingAverage of(Double value, long count, long length, long now) {
    return new RollingAverage(
        value, count, ReadingTime.ofMicros(now - length), ReadingTime.ofMicros(now));
  }
}
