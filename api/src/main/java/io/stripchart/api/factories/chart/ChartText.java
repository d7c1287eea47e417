package io.stripchart.api.factories.chart;

import java.math.BigDecimal;

/**
 * Charts as JSON: three arrays that are aligned by their times. Whole numbers have no fraction, and
 * times are seconds of the epoch, with a fraction only if there is one.
 */
final class ChartText {
  private static final long MICROS = 1_000_000;
  private static final int MICRO_DIGITS = 6;

  /** Beyond it a double has no fraction, and its digits are not all its own. */
  private static final double MAX_WHOLE = 1L << 53;

  private ChartText() {}

  /** {@code {"sprocket_production_actual":[32],"sprocket_production_goal":[31],"time":[1]}}. */
  static void append(StringBuilder text, ChartPoints points) {
    char separator = '{';
    for (var series : ChartSeries.values()) {
      text.append(separator).append('"').append(series.quantity()).append("\":[");
      for (int i = 0; i < points.size(); i++) {
        if (i > 0) text.append(',');
        number(text, points.value(series, i));
      }
      text.append(']');
      separator = ',';
    }
    text.append(",\"time\":[");
    for (int i = 0; i < points.size(); i++) {
      if (i > 0) text.append(',');
      time(text, points.time(i));
    }
    text.append("]}");
  }

  private static void number(StringBuilder text, double value) {
    if (Double.isNaN(value)) {
      text.append("null");
    } else if (value == Math.rint(value) && Math.abs(value) <= MAX_WHOLE) {
      text.append((long) value);
    } else {
      text.append(value);
    }
  }

  /**
   * @param micros of the epoch
   */
  static void time(StringBuilder text, long micros) {
    if (Math.floorMod(micros, MICROS) == 0) {
      text.append(micros / MICROS);
    } else {
      var seconds = BigDecimal.valueOf(micros, MICRO_DIGITS).stripTrailingZeros();
      text.append(seconds.toPlainString());
    }
  }
}
