package io.stripchart.api.rolling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TimeWindowTest {
  private record Point(long time, double value) {}

  /** The same by definition. */
  private static void assertIsThatOf(
      List<Point> points, long length, long now, TimeWindow.Mean mean) {
    var sum = BigDecimal.ZERO;
    int count = 0;
    double greatest = 0;
    for (var point : points) {
      if (point.time <= now - length || point.time > now) continue;
      sum = sum.add(new BigDecimal(point.value));
      greatest = Math.max(greatest, Math.abs(point.value));
      count++;
    }
    assertThat(mean.count()).isEqualTo(count);
    if (count == 0) {
      assertThat(mean.mean()).isNaN();
    } else {
      double expected = sum.divide(BigDecimal.valueOf(count), MathContext.DECIMAL64).doubleValue();
      assertThat(mean.mean()).isCloseTo(expected, within(greatest * 1e-15 + Math.ulp(expected)));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 7, 1_000, 1_000_000, 900_000_000})
  void isThatOfAPlainComputationAtEveryMoment(long length) {
    for (int seed = 0; seed < 20; seed++) {
      var random = new Random(seed);
      long now = length * 3 + random.nextInt(1_000_000);
      var window = new TimeWindow(length, now - length);
      var points = new ArrayList<Point>();
      int steps = seed == 0 ? 20_000 : 1_000;
      for (int i = 0; i < steps; i++) {
        now += step(random, length);
        if (random.nextInt(3) == 0) window.forget(now);
        long time = now + place(random, length);
        double value = seed % 2 == 0 ? random.nextGaussian() : 1e9 + random.nextGaussian() / 1e3;
        points.add(new Point(time, value));
        window.add(time, value);
        if (random.nextInt(10) == 0) assertIsThatOf(points, length, now, window.at(now));
      }
    }
  }

  /** Mostly small, sometimes more than all of the window. */
  private static long step(Random random, long length) {
    if (random.nextInt(200) == 0) return 2 * length + random.nextInt(10);
    return random.nextInt((int) Math.min(1_000_000, Math.max(2, length / 50)));
  }

  /** Now, late, too late, or ahead; often at an edge to the microsecond. */
  private static long place(Random random, long length) {
    return switch (random.nextInt(8)) {
      case 0 -> -length;
      case 1 -> -length + 1;
      case 2 -> 1 + random.nextInt(3);
      case 3 -> (long) (length * random.nextDouble());
      case 4 -> (long) (-length * 1.5 * random.nextDouble());
      case 5 -> 0;
      default -> (long) (-length * random.nextDouble());
    };
  }

  @Test
  void hasTheReadingsBehindItsBeginAndUpToItsEnd() {
    var window = new TimeWindow(100, 0);
    window.add(100, 1);
    window.add(101, 2);
    window.add(200, 4);
    window.add(201, 8);
    assertThat(window.at(199)).isEqualTo(new TimeWindow.Mean(2, 1.5));
    assertThat(window.at(200)).isEqualTo(new TimeWindow.Mean(2, 3));
    assertThat(window.at(201)).isEqualTo(new TimeWindow.Mean(2, 6));
    assertThat(window.at(301).count()).isZero();
  }

  @Test
  void knowsThatItDoesNotCoverWhatIsGone() {
    var window = new TimeWindow(1_000_000, 500);
    assertThat(window.covers(1_000_500)).isTrue();
    assertThat(window.covers(1_000_499)).isFalse();
    window.add(5_000, 1);
    window.forget(10_000_000);
    assertThat(window.size()).isZero();
    assertThat(window.covers(10_000_000)).isTrue();
    assertThat(window.covers(9_000_000)).isFalse();
    window.add(5_000, 1);
    assertThat(window.size()).isZero();
  }

  @Test
  void holdsNoMoreThanTheWindowAndASlot() {
    var window = new TimeWindow(1_000_000, 0);
    for (int i = 1; i <= 1_000_000; i++) {
      window.add(i * 100L, i);
      if (i % 100 == 0) window.forget(i * 100L);
    }
    assertThat(window.at(100_000_000).count()).isEqualTo(10_000);
    assertThat(window.size()).isBetween(10_000, 10_000 + 1_000);
  }

  @Test
  void forgetsWhatWasLargeWithoutATrace() {
    var window = new TimeWindow(1_000, 0);
    window.add(10, 1e300);
    window.add(900, 0.1);
    window.add(1_005, 0.2);
    assertThat(window.at(1_010).mean()).isCloseTo(0.15, within(1e-16));
  }

  @Test
  void hasAMeanWhereTheSumIsBeyondADouble() {
    var window = new TimeWindow(1_000, 0);
    for (int i = 1; i <= 500; i++) window.add(i, 1.5e308);
    assertThat(window.at(600).mean()).isCloseTo(1.5e308, within(1e294));
  }
}
