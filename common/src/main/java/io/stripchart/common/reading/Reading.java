package io.stripchart.common.reading;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A series' value at a time.
 *
 * @param series dotted name, also the AMQP routing key; see {@link SeriesName}
 * @param time when it was measured, UTC, truncated to microseconds; from {@link #EARLIEST} to
 *     {@link #LATEST}
 * @param value finite; its unit is the series'
 */
public record Reading(String series, Instant time, double value) {
  public static final Instant EARLIEST = Instant.EPOCH;
  public static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  /**
   * @throws MalformedReadingException naming the component that is out of its range
   */
  public Reading {
    SeriesName.check(series);
    time = checkTime("time", time);
    checkValue(value);
  }

  /** As {@link #checkTime(String, Instant)}, of a time that is called {@code time}. */
  public static Instant checkTime(Instant time) {
    return checkTime("time", time);
  }

  /**
   * @param field that it comes from, for the message
   * @return the time, truncated to microseconds
   * @throws MalformedReadingException if it is before {@link #EARLIEST} or after {@link #LATEST}
   */
  static Instant checkTime(String field, Instant time) {
    var micros = time.truncatedTo(ChronoUnit.MICROS);
    if (micros.isBefore(EARLIEST)) {
      throw new MalformedReadingException(field + ": must not be before 1970, is " + micros);
    }
    if (micros.isAfter(LATEST)) {
      throw new MalformedReadingException(
          field + ": must not be after the year 9999, is " + micros);
    }
    return micros;
  }

  /**
   * @return the value
   * @throws MalformedReadingException if it is infinite or not a number
   */
  public static double checkValue(double value) {
    if (!Double.isFinite(value)) {
      throw new MalformedReadingException("value: must be finite, is " + value);
    }
    return value;
  }
}
