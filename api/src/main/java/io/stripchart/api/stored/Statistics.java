package io.stripchart.api.stored;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.common.reading.Reading;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Statistics of a range of readings.
 *
 * @param min null if there are no readings, as are {@code max}, {@code mean} and {@code sum}
 * @param m2 the sum of squared deviations from the mean; if it exceeds a double, see {@code
 *     extreme}
 * @param first the reading of the least time; of several series at that time, the one of the oldest
 *     series; null if there is none
 * @param last the reading of the greatest time, likewise
 * @param extreme the figures that do not follow from the others; null if they do
 */
public record Statistics(
    long count,
    Double min,
    Double max,
    Double mean,
    double m2,
    Reading first,
    Reading last,
    Extreme extreme) {
  static final Statistics NONE = new Statistics(0, null, null, null, 0, null, null);

  private static final String TOO_LARGE =
      "%s: the values are too large: it is beyond the range of a Float";

  /**
   * Of values whose squares or sum a double does not hold.
   *
   * @param sum infinite if it is beyond a double
   * @param stddev of two readings or more; infinite if it is beyond a double
   */
  record Extreme(double sum, double stddev) {}

  Statistics(
      long count, Double min, Double max, Double mean, double m2, Reading first, Reading last) {
    this(count, min, max, mean, m2, first, last, null);
  }

  /** Infinite if it exceeds a double; null if there are no readings. */
  private Double anySum() {
    if (mean == null) return null;
    return extreme == null ? mean * count : extreme.sum;
  }

  /** Of the sample, likewise; null if there are fewer than two readings. */
  private Double anyStddev() {
    if (count < 2) return null;
    return extreme == null ? Math.sqrt(m2 / (count - 1)) : extreme.stddev;
  }

  /**
   * @return null if there are no readings
   * @throws ApiException if it exceeds a double
   */
  public Double sum() {
    return finite("sum", anySum());
  }

  /**
   * Of the sample.
   *
   * @return null if there are fewer than two readings
   * @throws ApiException if it is beyond the range of a double
   */
  public Double stddev() {
    return finite("stddev", anyStddev());
  }

  private static Double finite(String figure, Double value) {
    if (isGiven(value)) return value;
    throw new ApiException(Code.BEYOND_RANGE, TOO_LARGE.formatted(figure));
  }

  private static boolean isGiven(Double value) {
    return value == null || Double.isFinite(value);
  }

  /** The sum; null also where {@link #reasons} has one. */
  public Double sumOrNull() {
    return isGiven(anySum()) ? anySum() : null;
  }

  /** The standard deviation; null also where {@link #reasons} has one. */
  public Double stddevOrNull() {
    return isGiven(anyStddev()) ? anyStddev() : null;
  }

  /** Why figures are null that readings would have: by the names of the figures. */
  public Map<String, String> reasons() {
    var reasons = new LinkedHashMap<String, String>();
    if (!isGiven(anyStddev())) reasons.put("stddev", TOO_LARGE.formatted("stddev"));
    if (!isGiven(anySum())) reasons.put("sum", TOO_LARGE.formatted("sum"));
    return reasons;
  }
}
