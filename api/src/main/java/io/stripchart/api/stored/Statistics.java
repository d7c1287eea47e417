package io.stripchart.api.stored;

import io.stripchart.common.reading.Reading;

/**
 * Statistics of a window of readings.
 *
 * @param min null where there is no reading, as are {@code max}, {@code mean} and {@code sum}
 * @param m2 the sum of squared deviations from the mean
 * @param first the reading of the least time; of several series' at that time the one of the series
 *     that is known longest; null where there is none
 * @param last the reading of the greatest time, likewise
 */
public record Statistics(
    long count, Double min, Double max, Double mean, double m2, Reading first, Reading last) {
  static final Statistics NONE = new Statistics(0, null, null, null, 0, null, null);

  public Double sum() {
    return mean == null ? null : mean * count;
  }

  /** Of the sample; null where there are fewer than two readings. */
  public Double stddev() {
    return count < 2 ? null : Math.sqrt(m2 / (count - 1));
  }
}
