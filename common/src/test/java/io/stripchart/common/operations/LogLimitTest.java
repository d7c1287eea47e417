package io.stripchart.common.operations;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogLimitTest {
  private long now = -5;
  private final LogLimit limit = new LogLimit(() -> now);

  @Test
  void letsOneLineAMinuteThroughAndCountsTheOthers() {
    assertThat(limit.admit()).hasValue(0);
    now += SECONDS.toNanos(59);
    assertThat(limit.admit()).isEmpty();
    assertThat(limit.admit()).isEmpty();
    now += SECONDS.toNanos(1);
    assertThat(limit.admit()).hasValue(2);
    assertThat(limit.admit()).isEmpty();
    now += SECONDS.toNanos(60);
    assertThat(limit.admit()).hasValue(1);
  }
}
