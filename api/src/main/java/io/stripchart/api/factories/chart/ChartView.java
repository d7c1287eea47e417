package io.stripchart.api.factories.chart;

import io.stripchart.api.kept.View;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import java.util.List;

/** The newest points of one factory, kept up, and their text, which is written after a change. */
final class ChartView implements View {
  /** The points, their text, and the answer that it is part of. */
  private static final int BYTES_A_POINT = 100;

  private static final int BYTES = 1_000;

  private final int factory;
  private final String actual;
  private final ChartPoints points;
  private Chart chart;

  ChartView(int factory, ChartPoints points) {
    this.factory = factory;
    this.actual = ChartSeries.ACTUAL.of(factory);
    this.points = points;
  }

  @Override
  public void add(List<Reading> readings) {
    for (var reading : readings) {
      var series = reading.series().equals(actual) ? ChartSeries.ACTUAL : ChartSeries.GOAL;
      points.add(series, ReadingTime.micros(reading.time()), reading.value());
    }
    chart = null;
  }

  @Override
  public long weight() {
    return weight(points.size());
  }

  static long weight(int points) {
    return BYTES + (long) points * BYTES_A_POINT;
  }

  /** The same object for as long as nothing has changed. */
  Chart chart() {
    if (chart == null) chart = Chart.of(factory, points);
    return chart;
  }
}
