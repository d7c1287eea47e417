package io.stripchart.api.stored;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The days (UTC) among hours that are rolled up.
 *
 * @param from the begin of the first
 * @param to the end of the last; both are the end of the hours if there are none
 */
record WholeDays(Instant from, Instant to) {
  static WholeDays of(HourWindow hours) {
    var from = floor(hours.hoursFrom().plus(1, ChronoUnit.DAYS).minusNanos(1_000));
    var to = floor(hours.hoursTo());
    return hours.hours() > 0 && from.isBefore(to)
        ? new WholeDays(from, to)
        : new WholeDays(hours.hoursTo(), hours.hoursTo());
  }

  private static Instant floor(Instant time) {
    return time.truncatedTo(ChronoUnit.DAYS);
  }

  boolean isEmpty() {
    return from.equals(to);
  }
}
