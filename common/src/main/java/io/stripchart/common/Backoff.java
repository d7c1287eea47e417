package io.stripchart.common;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with jitter, as a pure function of the attempt.
 *
 * @param min the first delay at most
 * @param max no delay is longer
 */
public record Backoff(Duration min, Duration max) {

  /**
   * @param attempt failures since the last success, from 0
   * @param random uniform; the delay is between a half and all of {@code min × 2^attempt}, at most
   *     {@code max}
   */
  public Duration delay(int attempt, RandomGenerator random) {
    double full =
        Math.min(
            (double) max.toNanos(), (double) min.toNanos() * Math.pow(2, Math.min(attempt, 62)));
    return Duration.ofNanos((long) (full * (0.5 + random.nextDouble() / 2)));
  }
}
