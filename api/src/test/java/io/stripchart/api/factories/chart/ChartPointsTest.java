package io.stripchart.api.factories.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.api.stored.PackedReadings;
import io.stripchart.common.reading.ReadingTime;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ChartPointsTest {
  private static final long DATABASE_EPOCH = TimeUnit.SECONDS.toMicros(946_684_800);

  /** Two series by definition. */
  private static final class Plain {
    private final Map<ChartSeries, NavigableMap<Long, Double>> series =
        Map.of(ChartSeries.ACTUAL, new TreeMap<>(), ChartSeries.GOAL, new TreeMap<>());

    private PackedReadings packed(ChartSeries one, int limit) {
      var newest = new ArrayList<>(series.get(one).entrySet());
      var bytes = Buffer.buffer();
      for (var entry : newest.subList(Math.max(0, newest.size() - limit), newest.size())) {
        bytes.appendLong(entry.getKey() - DATABASE_EPOCH).appendDouble(entry.getValue());
      }
      return new PackedReadings(bytes);
    }

    private List<ChartPoint> all() {
      var times = new TreeMap<Long, Double>(series.get(ChartSeries.ACTUAL));
      times.putAll(series.get(ChartSeries.GOAL));
      return times.keySet().stream()
          .map(
              time ->
                  new ChartPoint(
                      ReadingTime.ofMicros(time),
                      series.get(ChartSeries.ACTUAL).get(time),
                      series.get(ChartSeries.GOAL).get(time)))
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 30, 1_000})
  void areTheNewestOfBothSeriesHoweverTheyCome(int limit) {
    for (int seed = 0; seed < 200; seed++) run(new Random(seed), limit);
  }

  private static void run(Random random, int limit) {
    var plain = new Plain();
    fill(random, plain, random.nextInt(60));
    var points =
        ChartPoints.newest(
            limit,
            plain.packed(ChartSeries.ACTUAL, limit + 1),
            plain.packed(ChartSeries.GOAL, limit + 1));
    assertAre(plain, points, limit);
    for (int i = 0; i < 60; i++) {
      var one = any(random);
      long time = random.nextInt(100);
      if (plain.series.get(one).putIfAbsent(time, (double) i) != null) continue;
      points.add(one, time, i);
      assertAre(plain, points, limit);
    }
  }

  private static ChartSeries any(Random random) {
    return random.nextBoolean() ? ChartSeries.ACTUAL : ChartSeries.GOAL;
  }

  private static void fill(Random random, Plain plain, int readings) {
    for (int i = 0; i < readings; i++) {
      plain.series.get(any(random)).put((long) random.nextInt(100), random.nextDouble());
    }
  }

  private static void assertAre(Plain plain, ChartPoints points, int limit) {
    var all = plain.all();
    int hidden = Math.max(0, all.size() - limit);
    assertThat(points.list()).isEqualTo(all.subList(hidden, all.size()));
    assertThat(points.hasOlder()).isEqualTo(hidden > 0);
  }

  @Test
  void areWrittenWithoutFractionsWhereThereAreNone() {
    var points = new ChartPoints(9);
    points.add(ChartSeries.ACTUAL, 1_611_204_818_000_000L, 32);
    points.add(ChartSeries.GOAL, 1_611_204_818_500_000L, -0.5);
    points.add(ChartSeries.ACTUAL, 1_611_204_819_000_001L, 1e300);
    points.add(ChartSeries.GOAL, 1_611_204_819_000_001L, -0.0);
    var text = new StringBuilder();
    ChartText.append(text, points);
    assertThat(text)
        .hasToString(
            "{\"sprocket_production_actual\":[32,null,1.0E300],"
                + "\"sprocket_production_goal\":[null,-0.5,0],"
                + "\"time\":[1611204818,1611204818.5,1611204819.000001]}");
  }
}
