package io.stripchart.api.series;

import io.stripchart.api.rest.Rows;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.SeriesRow;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;

/** The series of a pattern, by name. */
final class SeriesRows implements Rows<SeriesRow> {
  private final ReadingQueries queries;
  private final SeriesPattern pattern;
  private String after;
  private int left;

  /**
   * @param after names behind this one; "" for all
   * @param count how many at most
   */
  SeriesRows(ReadingQueries queries, SeriesPattern pattern, String after, int count) {
    this.queries = queries;
    this.pattern = pattern;
    this.after = after;
    this.left = count;
  }

  @Override
  public Future<Page<SeriesRow>> next() {
    int size = Math.min(MAX_PAGE, left);
    return queries
        .series(pattern, after, size)
        .map(
            rows -> {
              left -= rows.size();
              boolean isLast = rows.size() < size || left == 0;
              if (!isLast) after = rows.get(rows.size() - 1).name();
              return new Page<>(rows, isLast);
            });
  }
}
