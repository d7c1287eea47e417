package io.stripchart.api.stored;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.common.reading.Reading;

/**
 * Statistics of a window of readings.
 *
 * @param min null where there is no reading, as are {@code max}, {@code mean} and {@code sum}
 * @param m2 the sum of squared deviations from the mean; infinite where it is beyond a double
 * @param first the reading of the least time; of several series' at that time the one of the series
 *     that is known longest; null where there is none
 * @param last the reading of the greatest time, likewise
 */
public record Statistics(
    long count, Double min, Double max, Double mean, double m2, Reading first, Reading last) {
  static final Statistics NONE = new Statistics(0, null, null, null, 0, null, null);

  /**
   * @return null where there is no reading
   * @throws ApiException where it is beyond the range of a double
   */
  public Double sum() {
    return mean == null ? null : finite(mean * count);
  }

  /**
   * Of the sample.
   *
   * @return null where there are fewer than two readings
   * @throws ApiException where the deviations are beyond the range of a double
   */
  public Double stddev() {
    return count < 2 ? null : finite(Math.sqrt(m2 / (count - 1)));
  }

  private static double finite(double value) {
    if (Double.isFinite(value)) return value;
    throw new ApiException(Code.REFUSED, "the values are too large: beyond the range of a Float");
  }
}
