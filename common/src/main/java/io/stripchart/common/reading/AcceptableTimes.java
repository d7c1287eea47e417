package io.stripchart.common.reading;

import io.stripchart.common.settings.Settings;
import java.time.Duration;
import java.time.Instant;

/**
 * The window of times that readings may have, the same for all ways in. It keeps the reading of a
 * device whose clock is wrong from being the latest of its series for ever.
 *
 * @param past how long before now a reading may be; null if any time from 1970 on will do
 * @param ahead how far after now it may be
 */
public record AcceptableTimes(Duration past, Duration ahead) {
  /** The default settings. */
  public static final AcceptableTimes DEFAULT = new AcceptableTimes(null, Duration.ofMinutes(5));

  private static final String NONE = "none";
  private static final Duration LONGEST = Duration.ofDays(36_500);
  private static final Duration SHORTEST_PAST = Duration.ofMinutes(1);

  public static AcceptableTimes from(Settings settings) {
    return new AcceptableTimes(
        settings.parsed(
            "STRIPCHART_TIME_PAST",
            NONE,
            SHORTEST_PAST + " to P36500D, or none",
            AcceptableTimes::past),
        settings.parsed(
            "STRIPCHART_TIME_AHEAD",
            DEFAULT.ahead.toString(),
            "PT0S to P36500D",
            text -> within(Duration.parse(text), Duration.ZERO)));
  }

  private static Duration past(String text) {
    return text.equals(NONE) ? null : within(Duration.parse(text), SHORTEST_PAST);
  }

  private static Duration within(Duration given, Duration shortest) {
    if (given.compareTo(shortest) >= 0 && given.compareTo(LONGEST) <= 0) return given;
    throw new IllegalArgumentException("is " + given);
  }

  /**
   * Checks a time that a source gives.
   *
   * @param field that it comes from, for the message: {@code time}
   * @return the time, truncated to microseconds
   * @throws MalformedReadingException if it is outside of the window, or no time of a {@link
   *     Reading}
   */
  public Instant check(String field, Instant time, Instant now) {
    var micros = Reading.checkTime(field, time);
    if (micros.isAfter(now.plus(ahead))) {
      throw outside(field, "more than " + words(ahead) + " ahead", micros, now);
    }
    if (past != null && micros.isBefore(now.minus(past))) {
      throw outside(field, "more than " + words(past) + " ago", micros, now);
    }
    return micros;
  }

  /** The allowed times, in words that follow "must be". */
  public String range() {
    var latest = "at most " + words(ahead) + " ahead of now";
    return past == null ? latest : "at most " + words(past) + " ago and " + latest;
  }

  private static MalformedReadingException outside(
      String field, String where, Instant time, Instant now) {
    return new MalformedReadingException(
        String.format(
            "%s: must not be %s, is %s and it is %s",
            field, where, ReadingTime.format(time), ReadingTime.format(now)));
  }

  /** {@code 5 minutes}, if it is a whole number of a unit; else ISO 8601. */
  private static String words(Duration duration) {
    long seconds = duration.toSeconds();
    if (!duration.equals(Duration.ofSeconds(seconds)) || seconds == 0) return duration.toString();
    if (seconds % 86_400 == 0) return count(seconds / 86_400, "day");
    if (seconds % 3_600 == 0) return count(seconds / 3_600, "hour");
    return seconds % 60 == 0 ? count(seconds / 60, "minute") : count(seconds, "second");
  }

  private static String count(long number, String unit) {
    return number + " " + unit + (number == 1 ? "" : "s");
  }
}
