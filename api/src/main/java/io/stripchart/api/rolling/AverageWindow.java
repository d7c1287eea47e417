package io.stripchart.api.rolling;

import io.stripchart.api.kept.View;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import java.time.Clock;
import java.util.List;

/** The window of one pattern, kept up to date. It weighs as many as it holds readings. */
final class AverageWindow implements View {
  private final TimeWindow window;
  private final long length;
  private final Clock clock;

  /**
   * @param length of the window, in microseconds
   */
  AverageWindow(TimeWindow window, long length, Clock clock) {
    this.window = window;
    this.length = length;
    this.clock = clock;
  }

  private long now() {
    return ReadingTime.micros(clock.instant());
  }

  @Override
  public boolean covers() {
    return window.covers(now());
  }

  @Override
  public void add(List<Reading> readings) {
    window.forget(now());
    for (var reading : readings) {
      window.add(ReadingTime.micros(reading.time()), reading.value());
    }
  }

  @Override
  public long weight() {
    return window.size();
  }

  /** Of the window that ends now. */
  RollingAverage average() {
    long now = now();
    var mean = window.at(now);
    return RollingAverage.of(mean.count() == 0 ? null : mean.mean(), mean.count(), length, now);
  }
}
