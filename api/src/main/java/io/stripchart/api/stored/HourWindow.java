package io.stripchart.api.stored;

import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A range, and the hours in it that rollups may answer. They lie in it with all that is rolled up
 * of them; the last one may be the current hour.
 *
 * @param hoursFrom the begin of the first of these hours
 * @param hoursTo the end of the last one, or of its rolled up part; both are {@code to} if there
 *     are none
 */
record HourWindow(Instant from, Instant to, Instant hoursFrom, Instant hoursTo) {
  private static final Instant END_OF_TIME = Reading.LATEST.plusSeconds(1);

  /**
   * @param rolledUntil a whole minute
   */
  static HourWindow of(Window window, Instant rolledUntil) {
    var from = window.after() == null ? Reading.EARLIEST : window.after();
    var to = window.before() == null ? END_OF_TIME : window.before();
    var hoursFrom = floor(from.plus(1, ChronoUnit.HOURS).minusNanos(1_000));
    var hoursTo = to.isBefore(rolledUntil) ? floor(to) : rolledUntil;
    return hoursFrom.isBefore(hoursTo)
        ? new HourWindow(from, to, hoursFrom, hoursTo)
        : new HourWindow(from, to, to, to);
  }

  static Instant floor(Instant time) {
    return time.truncatedTo(ChronoUnit.HOURS);
  }

  /** Whether the last hour is right for no other time until which hours are rolled up. */
  boolean endsWithinAnHour() {
    return hoursFrom.isBefore(hoursTo) && !hoursTo.equals(floor(hoursTo));
  }

  /** The same range without hours from rollups. */
  HourWindow withoutHours() {
    return new HourWindow(from, to, to, to);
  }

  boolean hasWhole(Instant hour) {
    return !hour.isBefore(hoursFrom) && hour.isBefore(hoursTo);
  }

  /** How many there are; one that is not over counts too. */
  long hours() {
    return ChronoUnit.HOURS.between(hoursFrom, hoursTo) + (endsWithinAnHour() ? 1 : 0);
  }
}
