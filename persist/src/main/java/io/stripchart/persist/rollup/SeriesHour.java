package io.stripchart.persist.rollup;

import java.time.Instant;
import java.util.Comparator;

/** An hour of a series. */
record SeriesHour(int series, Instant hour) {
  static final Comparator<SeriesHour> ORDER =
      Comparator.comparingInt(SeriesHour::series).thenComparing(SeriesHour::hour);

  /** Before all others. */
  static final SeriesHour NONE = new SeriesHour(-1, Instant.EPOCH);
}
