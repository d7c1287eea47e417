package io.stripchart.api.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.api.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StatisticsTest {
  private static Statistics of(long count, double mean, double m2) {
    return new Statistics(count, mean, mean, mean, m2, null, null);
  }

  @Test
  void dividesByOneLessThanTheCount() {
    assertThat(of(3, 5, 8).stddev()).isEqualTo(2);
    assertThat(of(3, 5, 8).sum()).isEqualTo(15);
    assertThat(of(1, 5, 0).stddev()).isNull();
  }

  @Test
  void refusesWhatNoFloatHolds() {
    assertThatThrownBy(() -> of(2, 1, Double.POSITIVE_INFINITY).stddev())
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("too large");
    assertThatThrownBy(() -> of(2, 1e308, 0).sum()).hasMessageContaining("too large");
  }

  @Test
  void givesReasonsForWhatNoFloatHolds() {
    var statistics = of(2, 1e308, Double.POSITIVE_INFINITY);
    assertThat(statistics.sumOrNull()).isNull();
    assertThat(statistics.stddevOrNull()).isNull();
    assertThat(statistics.reasons()).containsOnlyKeys("sum", "stddev");
    assertThat(of(2, 1, 1).reasons()).isEmpty();
    assertThat(Statistics.NONE.reasons()).isEmpty();
  }
}
