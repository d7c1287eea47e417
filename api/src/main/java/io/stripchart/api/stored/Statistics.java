package io.stripchart.api.stored;

/**
 * Statistics of a window of readings.
 *
 * @param min null where there is no reading, as are {@code max} and {@code mean}
 */
public record Statistics(long count, Double min, Double max, Double mean) {
  static final Statistics NONE = new Statistics(0, null, null, null);
}
