package io.stripchart.api.stored;

import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A window, and the whole hours in it that rollups may answer for.
 *
 * @param hoursFrom the begin of the first of these hours
 * @param hoursTo the end of the last; both are {@code to} where there are none
 */
record HourWindow(Instant from, Instant to, Instant hoursFrom, Instant hoursTo) {
  private static final Instant END_OF_TIME = Reading.LATEST.plusSeconds(1);

  /**
   * @param rolledUntil a whole hour
   */
  static HourWindow of(Window window, Instant rolledUntil) {
    var from = window.after() == null ? Reading.EARLIEST : window.after();
    var to = window.before() == null ? END_OF_TIME : window.before();
    var hoursFrom = floor(from.plus(1, ChronoUnit.HOURS).minusNanos(1_000));
    var hoursTo = floor(to).isBefore(rolledUntil) ? floor(to) : rolledUntil;
    return hoursFrom.isBefore(hoursTo)
        ? new HourWindow(from, to, hoursFrom, hoursTo)
        : new HourWindow(from, to, to, to);
  }

  static Instant floor(Instant time) {
    return time.truncatedTo(ChronoUnit.HOURS);
  }

  /** The same window, where no hours are to be had from rollups. */
  HourWindow withoutHours() {
    return new HourWindow(from, to, to, to);
  }

  boolean hasWhole(Instant hour) {
    return !hour.isBefore(hoursFrom) && hour.isBefore(hoursTo);
  }

  long hours() {
    return ChronoUnit.HOURS.between(hoursFrom, hoursTo);
  }
}
