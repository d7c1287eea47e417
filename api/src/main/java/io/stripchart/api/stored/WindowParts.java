package io.stripchart.api.stored;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The parts of a range, in ascending order: readings from {@code from} to {@code minutesFrom}, then
 * minutes of its first hour, whole hours, minutes of its last hour, and readings from {@code
 * minutesTo} to {@code to}. Each part may be empty. If an hour has no minutes, its readings are
 * used.
 */
record WindowParts(
    Instant from,
    Instant minutesFrom,
    Instant hoursFrom,
    Instant hoursTo,
    Instant minutesTo,
    Instant to) {

  static WindowParts of(HourWindow hours) {
    if (hours.hours() > 0) return of(hours, hours.hoursFrom(), hours.hoursTo());
    var from = hours.from();
    var next = HourWindow.floor(from).plus(1, ChronoUnit.HOURS);
    // Within an hour, all of its minutes are those that it begins with.
    var middle = next.isBefore(hours.to()) ? next : later(from, floor(hours.to()));
    return of(hours, middle, middle);
  }

  private static WindowParts of(HourWindow hours, Instant hoursFrom, Instant hoursTo) {
    var from = hours.from();
    var minutesFrom = floor(from.plus(1, ChronoUnit.MINUTES).minusNanos(1_000));
    boolean isWhole = HourWindow.floor(hoursTo).equals(hoursTo);
    var minutesTo =
        isWhole ? earlier(floor(hours.to()), hoursTo.plus(1, ChronoUnit.HOURS)) : hoursTo;
    return new WindowParts(
        from,
        earlier(minutesFrom, hoursFrom),
        hoursFrom,
        hoursTo,
        later(minutesTo, hoursTo),
        hours.to());
  }

  /** The hour of the first minutes; null if there are none. */
  Instant firstHour() {
    return minutesFrom.isBefore(hoursFrom) ? HourWindow.floor(from) : null;
  }

  /** The hour of the last minutes; null if there are none. */
  Instant lastHour() {
    return hoursTo.isBefore(minutesTo) ? hoursTo : null;
  }

  /**
   * How many there are of hours that are over.
   *
   * @param rolledUntil until when readings are rolled up
   */
  long minutes(Instant rolledUntil) {
    var first = isOver(firstHour(), rolledUntil) ? minutesFrom : hoursFrom;
    var last = isOver(lastHour(), rolledUntil) ? minutesTo : hoursTo;
    return Duration.between(first, hoursFrom).plus(Duration.between(hoursTo, last)).toMinutes();
  }

  private static boolean isOver(Instant hour, Instant rolledUntil) {
    return hour != null && !hour.plus(1, ChronoUnit.HOURS).isAfter(rolledUntil);
  }

  private static Instant floor(Instant time) {
    return time.truncatedTo(ChronoUnit.MINUTES);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }
}
