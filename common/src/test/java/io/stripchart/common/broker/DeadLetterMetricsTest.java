package io.stripchart.common.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class DeadLetterMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final DeadLetterMetrics metrics = new DeadLetterMetrics(registry, "test");

  private void add(int count) {
    for (int i = 0; i < count; i++) metrics.added();
  }

  private double dropped() {
    return registry.get("stripchart.dead.letters.dropped").counter().count();
  }

  @Test
  void countsWhatWentWhileNewOnesCame() {
    metrics.looked(90, 0);
    add(20);
    metrics.looked(100, 0);
    assertThat(dropped()).isEqualTo(10);
    add(5);
    metrics.looked(100, 0);
    assertThat(dropped()).isEqualTo(15);
    assertThat(registry.get("stripchart.dead.letters.queued").gauge().value()).isEqualTo(100);
  }

  @Test
  void countsNothingThatSomebodyTook() {
    add(5);
    metrics.looked(5, 0);
    metrics.looked(0, 0);
    add(5);
    metrics.looked(1, 1);
    assertThat(dropped()).isZero();
  }
}
