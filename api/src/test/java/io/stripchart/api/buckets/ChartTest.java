package io.stripchart.api.buckets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ChartTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private static Instant at(long micros) {
    return BEGIN.plusNanos(micros * 1_000);
  }

  @Test
  void beginsColumnsWithTheirFirstMicrosecond() {
    assertThat(Chart.thresholds(BEGIN, at(10), 3)).containsExactly(BEGIN, at(4), at(7), at(10));
    assertThat(Chart.thresholds(BEGIN, at(1), 2)).containsExactly(BEGIN, at(1), at(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 1_000})
  void putsEachTimeIntoTheColumnThatTheClientDrawsItIn(int pixels) {
    long width = 987_654_321;
    var thresholds = Chart.thresholds(BEGIN, at(width), pixels);
    var random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      long micros = random.nextLong(width);
      int column = (int) (micros * pixels / width);
      assertThat(at(micros)).isBetween(thresholds.get(column), thresholds.get(column + 1));
      assertThat(at(micros)).isNotEqualTo(thresholds.get(column + 1));
    }
  }

  @Test
  void refusesAWindowThatIsNone() {
    assertThatThrownBy(() -> Chart.thresholds(BEGIN, BEGIN, 5)).hasMessageContaining("to");
  }

  @Test
  void givesLittleMoreThanItHas() {
    var one = new Point(BEGIN, 5);
    var two = new Point(at(9), 7);
    assertThat(Chart.points(List.of(new Column(5, 5, one, one)))).containsExactly(one);
    assertThat(Chart.points(List.of(new Column(5, 7, one, two)))).containsExactly(one, two);
    assertThat(Chart.points(List.of(new Column(1, 9, one, two))))
        .containsExactly(one, new Point(at(3), 1), new Point(at(6), 9), two);
  }

  @Test
  void keepsFourNeighbouringMicrosecondsInOrder() {
    var first = new Point(BEGIN, 5);
    assertThat(Chart.points(List.of(new Column(1, 9, first, new Point(at(3), 5)))))
        .extracting(Point::time)
        .containsExactly(BEGIN, at(1), at(2), at(3));
    assertThat(Chart.points(List.of(new Column(1, 5, first, new Point(at(2), 5)))))
        .extracting(Point::time)
        .containsExactly(BEGIN, at(1), at(2));
  }

  @Test
  void drawsTheSameLineAsAllReadingsDo() {
    var random = new Random(7);
    for (int round = 0; round < 50; round++) {
      long width = 1_000 + random.nextLong(5_000_000);
      int pixels = 1 + random.nextInt(200);
      var readings = new ArrayList<Point>();
      double value = 0;
      for (long micros = 0; micros < width; micros += 1 + random.nextLong(width / 500 + 1)) {
        value += random.nextGaussian();
        readings.add(new Point(at(micros), value));
      }
      var points = Chart.points(columns(readings, Chart.thresholds(BEGIN, at(width), pixels)));
      assertThat(points).hasSizeLessThanOrEqualTo(4 * pixels);
      assertThat(points).extracting(Point::time).isSorted().doesNotHaveDuplicates();
      assertThat(Raster.of(points, BEGIN, at(width), pixels))
          .isEqualTo(Raster.of(readings, BEGIN, at(width), pixels));
    }
  }

  /** As the database makes them. */
  private static List<Column> columns(List<Point> readings, List<Instant> thresholds) {
    var columns = new ArrayList<Column>();
    for (int column = 0; column + 1 < thresholds.size(); column++) {
      var from = thresholds.get(column);
      var to = thresholds.get(column + 1);
      var own =
          readings.stream()
              .filter(one -> !one.time().isBefore(from) && one.time().isBefore(to))
              .toList();
      if (own.isEmpty()) continue;
      var values = own.stream().mapToDouble(Point::value).summaryStatistics();
      columns.add(
          new Column(values.getMin(), values.getMax(), own.get(0), own.get(own.size() - 1)));
    }
    return columns;
  }
}
