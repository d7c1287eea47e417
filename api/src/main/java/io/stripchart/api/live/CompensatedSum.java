package io.stripchart.api.live;

/**
 * A sum with compensation of rounding errors (Neumaier), so that adding and removing for long
 * causes no drift.
 */
public final class CompensatedSum {
  private double sum;
  private double lost;

  public void add(double value) {
    double next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? (sum - next) + value : (value - next) + sum;
    sum = next;
  }

  public void add(CompensatedSum other) {
    add(other.sum);
    add(other.lost);
  }

  public double value() {
    return sum + lost;
  }

  /** Larger than any error that the sum may have by a factor of 2^52. */
  double magnitude() {
    return Math.abs(sum);
  }

  public void clear() {
    sum = 0;
    lost = 0;
  }
}
