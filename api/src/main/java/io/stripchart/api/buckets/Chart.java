package io.stripchart.api.buckets;

import io.stripchart.common.reading.ReadingTime;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * The points that draw a line as all readings do, pixel by pixel (M4: Jugel et al., VLDB 2014). The
 * line is one pixel wide and not smoothed, and a time t of [from, to) stands in the column ⌊(t −
 * from) · pixels ÷ (to − from)⌋. Between two columns, the line runs from the last reading of the
 * one to the first reading of the other; within a column it covers the pixels from the least to the
 * greatest value, wherever in the column these are. So the first and the last point of a column are
 * readings, while its least and greatest value stand at times between those two.
 */
public final class Chart {
  public static final int MAX_PIXELS = 10_000;

  /** Of each column. */
  public static final int MAX_POINTS = 4;

  private Chart() {}

  /**
   * When the columns begin, and when the last one ends; two columns begin together where they are
   * narrower than a microsecond.
   *
   * @param to after {@code from}
   * @throws io.stripchart.api.ApiException if it is not
   */
  public static List<Instant> thresholds(Instant from, Instant to, int pixels) {
    BucketGrid.checkOrder(from, to);
    var width = BigInteger.valueOf(ReadingTime.micros(from, to));
    var columns = BigInteger.valueOf(pixels);
    var thresholds = new ArrayList<Instant>();
    for (int column = 0; column <= pixels; column++) {
      // Rounded up: the first microsecond that lies in the column.
      var micros =
          width
              .multiply(BigInteger.valueOf(column))
              .add(columns.subtract(BigInteger.ONE))
              .divide(columns);
      thresholds.add(from.plus(micros.longValueExact(), ChronoUnit.MICROS));
    }
    return thresholds;
  }

  /** In strict order of time, at most {@link #MAX_POINTS} of each column. */
  public static List<Point> points(List<Column> columns) {
    var points = new ArrayList<Point>();
    for (var column : columns) {
      var first = column.first();
      var last = column.last();
      points.add(first);
      // Equal times would be equal readings, and each value that is not an end is a reading more.
      long micros = ReadingTime.micros(first.time(), last.time());
      if (column.min() < Math.min(first.value(), last.value())) {
        points.add(new Point(first.time().plus(third(micros, 1), ChronoUnit.MICROS), column.min()));
      }
      if (column.max() > Math.max(first.value(), last.value())) {
        points.add(new Point(first.time().plus(third(micros, 2), ChronoUnit.MICROS), column.max()));
      }
      if (micros > 0) points.add(last);
    }
    return points;
  }

  /** Both thirds lie between the ends, and apart if there are three microseconds. */
  private static long third(long micros, int which) {
    return Math.max(1, micros * which / 3);
  }
}
