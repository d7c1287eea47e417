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
    for (int i = 0; i < count; i++) {
      metrics.sent();
      metrics.settled(true);
    }
  }

  private void look(long messages, long consumers) {
    metrics.looked(metrics.sentSoFar(), messages, consumers);
  }

  private double dropped() {
    return registry.get("stripchart.dead.letters.dropped").counter().count();
  }

  @Test
  void countsWhatWentWhileNewOnesCame() {
    look(90, 0);
    add(20);
    look(100, 0);
    assertThat(dropped()).isEqualTo(10);
    add(5);
    look(100, 0);
    assertThat(dropped()).isEqualTo(15);
    assertThat(registry.get("stripchart.dead.letters.queued").gauge().value()).isEqualTo(100);
  }

  @Test
  void countsNothingThatSomebodyTook() {
    add(5);
    look(5, 0);
    look(0, 0);
    add(5);
    look(1, 1);
    assertThat(dropped()).isZero();
  }

  @Test
  void countsNothingWhileLettersAreOnTheirWay() {
    look(100, 0);
    metrics.sent();
    // In the queue already, and not confirmed yet.
    look(101, 0);
    metrics.settled(true);
    look(101, 0);
    assertThat(dropped()).isZero();
    metrics.sent();
    metrics.settled(false);
    look(101, 0);
    assertThat(dropped()).isZero();
  }

  @Test
  void countsWhatWentAmidASteadyFlow() {
    look(100, 0);
    for (int i = 0; i < 12; i++) {
      metrics.sent();
      add(10);
      look(100, 0);
    }
    assertThat(dropped()).isEqualTo(120);
  }
}
