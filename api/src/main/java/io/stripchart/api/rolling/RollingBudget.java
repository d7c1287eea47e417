package io.stripchart.api.rolling;

import io.stripchart.api.ApiMetrics;

/**
 * How many readings the rolling averages of one event loop hold, and may hold. As one that is
 * loaded may take all the room that is left, one is loaded at a time.
 */
final class RollingBudget {
  private final int max;
  private final ApiMetrics metrics;
  private int held;
  private boolean loading;

  RollingBudget(int max, ApiMetrics metrics) {
    this.max = max;
    this.metrics = metrics;
  }

  /** How many more may be held; negative where there are too many. */
  int room() {
    return max - held;
  }

  boolean isLoading() {
    return loading;
  }

  void loading(boolean now) {
    loading = now;
  }

  void hold(int readings) {
    held += readings;
    metrics.rollingReadings().addAndGet(readings);
  }
}
