package io.stripchart.api.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class RollingWindowTest {

  /** The same by definition: the readings of the greatest times. */
  private static final class Naive {
    private final TreeMap<Long, Double> readings = new TreeMap<>();
    private final int max;

    private Naive(int max) {
      this.max = max;
    }

    boolean add(long time, double value) {
      if (readings.containsKey(time)) return false;
      readings.put(time, value);
      if (readings.size() <= max) return true;
      return readings.pollFirstEntry().getKey() != time;
    }

    double mean() {
      var sum = BigDecimal.ZERO;
      for (double value : readings.values()) sum = sum.add(new BigDecimal(value));
      return sum.divide(BigDecimal.valueOf(readings.size()), MathContext.DECIMAL64).doubleValue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100, 1_000})
  void holdsTheReadingsOfTheGreatestTimesWhateverTheirOrder(int max) {
    var random = new Random(max);
    var window = new RollingWindow(max);
    var naive = new Naive(max);
    for (int i = 0; i < 3_000; i++) {
      int late = random.nextInt(20) == 0 ? random.nextInt(2 * max) : 0;
      long time = (long) i + random.nextInt(50) - late;
      double value = random.nextGaussian() * Math.pow(10, random.nextInt(6));
      assertThat(window.add(time, value)).isEqualTo(naive.add(time, value));
      if (i % (max / 10 + 1) > 0) continue;
      assertThat(window.newestTime()).isEqualTo(naive.readings.lastKey());
      assertThat(window.mean()).isCloseTo(naive.mean(), within(1e-9));
    }
  }

  @Test
  void doesNotDriftOverAMillion() {
    var random = new Random(1);
    var window = new RollingWindow(10);
    var naive = new Naive(10);
    for (int i = 0; i < 1_000_000; i++) {
      double value = 1e9 + random.nextGaussian() * 0.001;
      window.add(i, value);
      if (i >= 999_990) naive.add(i, value);
    }
    assertThat(window.mean()).isCloseTo(naive.mean(), within(2e-7));
  }

  @Test
  void forgetsAHugeValueWhole() {
    var window = new RollingWindow(3);
    window.add(1, 1e300);
    window.add(2, 1e150);
    for (int i = 3; i < 9; i++) window.add(i, 0.1);
    assertThat(window.mean()).isEqualTo(0.1, within(1e-16));
  }

  @Test
  void hasAMeanWhereTheSumIsTooLarge() {
    var window = new RollingWindow(2);
    window.add(1, 1.7e308);
    window.add(2, 1.7e308);
    assertThat(window.mean()).isEqualTo(1.7e308);
    window.add(3, 1);
    window.add(4, 3);
    assertThat(window.mean()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100, 1_000})
  void takesManyAtOnceAsItTakesThemOneByOne(int max) {
    var random = new Random(max);
    var window = new RollingWindow(max);
    var naive = new Naive(max);
    for (int i = 0; i < 50; i++) {
      var batch = new TreeMap<Long, Double>();
      for (int n = 0; n < 40; n++) batch.put(i * 20L + random.nextInt(100), random.nextGaussian());
      var before = window;
      window = window.with(batch);
      // Backwards, so that a change is one of the window that comes of it.
      boolean changed = false;
      for (var entry : batch.descendingMap().entrySet()) {
        changed |= naive.add(entry.getKey(), entry.getValue());
      }
      assertThat(window != before).isEqualTo(changed);
      var times = new ArrayList<Long>();
      window.forEach((time, value) -> times.add(time));
      assertThat(times).containsExactlyElementsOf(naive.readings.keySet());
      assertThat(window.mean()).isCloseTo(naive.mean(), within(1e-9));
    }
  }

  @Test
  void isToldFromTheOldestOn() {
    var window = new RollingWindow(3);
    for (long time : new long[] {5, 1, 4, 2, 3}) window.add(time, (double) time);
    var times = new ArrayList<Long>();
    window.forEach((time, value) -> times.add(time));
    assertThat(times).containsExactly(3L, 4L, 5L);
  }
}
