package io.stripchart.persist.rollup;

import java.time.Instant;
import java.util.Comparator;

/** An hour of a series that was changed after it was closed. */
record Mark(int series, Instant hour) {
  static final Comparator<Mark> ORDER =
      Comparator.comparingInt(Mark::series).thenComparing(Mark::hour);

  /** Before all others. */
  static final Mark NONE = new Mark(-1, Instant.EPOCH);
}
