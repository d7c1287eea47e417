package io.stripchart.bench.load;

/** Of durations. */
interface Percentiles {
  /**
   * @param part from 0 to 1
   * @return milliseconds; NaN if there are none
   */
  double millis(double part);
}
