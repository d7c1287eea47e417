package io.stripchart.api.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ScaledMeanTest {
  private static double mean(double... values) {
    var mean = new ScaledMean();
    for (var value : values) mean.add(value, 1);
    return mean.value();
  }

  @Test
  void isFiniteHoweverLargeTheSum() {
    double max = Double.MAX_VALUE;
    assertThat(mean(max, max, max)).isEqualTo(max);
    assertThat(mean(-max, -max, -max)).isEqualTo(-max);
    assertThat(mean(max, -max)).isZero();
    assertThat(mean(1e308, 1e308)).isEqualTo(1e308);
    assertThat(mean(1e308, 1e308, -1e308, -1e308, 5)).isEqualTo(1);
  }

  @Test
  void weighs() {
    var mean = new ScaledMean();
    mean.add(1e308, 3);
    mean.add(-1e308, 1);
    assertThat(mean.value()).isEqualTo(5e307);
  }
}
