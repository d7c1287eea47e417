package io.stripchart.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class LatenciesBySecondTest {
  private final LatenciesBySecond latencies = new LatenciesBySecond();

  /** One bad second of two is half of the p99; of all durations together it would be all of it. */
  @Test
  void isTheMeanOfEachSecondsPercentile() {
    addMillis(0, 500, 1);
    addMillis(1, 480, 1);
    addMillis(1, 20, 9);

    assertThat(latencies.millis(0.5)).isEqualTo(1);
    assertThat(latencies.millis(0.99)).isEqualTo(5);
  }

  @Test
  void leavesOutSecondsOfWhichNothingArrived() {
    addMillis(0, 10, 2);
    addMillis(5, 10, 4);

    assertThat(latencies.millis(0.5)).isEqualTo(3);
  }

  @Test
  void isNoNumberWhereThereAreNone() {
    assertThat(latencies.millis(0.5)).isNaN();
  }

  private void addMillis(int second, int count, int millis) {
    for (int i = 0; i < count; i++) latencies.add(second, millis * 1_000_000L);
  }
}
