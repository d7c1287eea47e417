package io.stripchart.api.series;

import io.stripchart.api.rest.Rows;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.Window;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The readings of a window from the oldest on. Each page begins behind the last reading of the one
 * before: so every reading that is stored all the while comes once, and one that is stored
 * meanwhile comes where its time is still ahead.
 */
final class ReadingRows implements Rows<Reading> {
  private final ReadingQueries queries;
  private final String series;
  private final Instant end;
  private Instant begin;
  private int left;

  /**
   * @param count how many at most
   */
  ReadingRows(ReadingQueries queries, String series, Window window, int count) {
    this.queries = queries;
    this.series = series;
    this.begin = window.after();
    this.end = window.before();
    this.left = count;
  }

  @Override
  public Future<Page<Reading>> next() {
    int size = Math.min(MAX_PAGE, left);
    return queries
        .measurements(series, new Window(begin, end), size)
        .map(
            readings -> {
              left -= readings.size();
              boolean isLast = readings.size() < size || left == 0;
              if (!isLast) {
                begin = readings.get(readings.size() - 1).time().plus(1, ChronoUnit.MICROS);
              }
              return new Page<>(readings, isLast);
            });
  }
}
