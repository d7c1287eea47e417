package io.stripchart.api.live;

/**
 * A mean of finite values, which is finite: large values are scaled down, so no intermediate sum
 * exceeds a double. For the rare windows whose plain sum does.
 */
public final class ScaledMean {
  private static final int BITS = 64;
  private static final double LARGE = 1e280;

  private final CompensatedSum large = new CompensatedSum();
  private final CompensatedSum rest = new CompensatedSum();
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private long total;

  /**
   * @param value finite, as often as {@code count} says
   */
  public void add(double value, long count) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    if (Math.abs(value) >= LARGE) {
      large.add(Math.scalb(value, -BITS) * count);
    } else {
      rest.add(value * count);
    }
    total += count;
  }

  /** Once a value was added. */
  public double value() {
    double mean = Math.scalb(large.value() / total, BITS) + rest.value() / total;
    return Math.max(min, Math.min(max, mean));
  }
}
