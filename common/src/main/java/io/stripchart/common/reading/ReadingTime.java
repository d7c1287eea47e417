package io.stripchart.common.reading;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;

/**
 * Times as text: RFC 3339 with an offset coming in, and always UTC with six digits of a second
 * going out. And times as microseconds.
 */
public final class ReadingTime {
  /** What {@link #format} writes, with a 0 for each digit. */
  private static final String OURS = "0000-00-00T00:00:00.000000Z";

  private static final long SECONDS_PER_DAY = 86_400;

  private static final long MICROS_PER_SECOND = 1_000_000;

  private ReadingTime() {}

  /** Microseconds of the epoch. */
  public static long micros(Instant time) {
    return micros(Instant.EPOCH, time);
  }

  /**
   * Whole microseconds from one time to another; negative where the other is before. Those of
   * ChronoUnit fail over more than 292 years, as they go by nanoseconds.
   */
  public static long micros(Instant from, Instant to) {
    long seconds = to.getEpochSecond() - from.getEpochSecond();
    return seconds * MICROS_PER_SECOND + (to.getNano() - from.getNano()) / 1_000L;
  }

  /** The time of so many microseconds of the epoch. */
  public static Instant ofMicros(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS_PER_SECOND), Math.floorMod(micros, MICROS_PER_SECOND) * 1_000);
  }

  /**
   * @throws MalformedReadingException where it is not RFC 3339 with an offset, or outside of what a
   *     {@link Reading} takes
   */
  public static Instant parse(String text) {
    try {
      var time = looksLikeOurs(text) ? parseOurs(text) : OffsetDateTime.parse(text).toInstant();
      return Reading.checkTime(time);
    } catch (DateTimeException e) {
      var shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
      throw new MalformedReadingException(
          "time: must be RFC 3339 with an offset, like 2026-11-21T02:41:48.123456Z, is \""
              + shown
              + "\"");
    }
  }

  private static boolean looksLikeOurs(String text) {
    if (text.length() != OURS.length()) return false;
    for (int i = 0; i < OURS.length(); i++) {
      char wanted = OURS.charAt(i);
      char c = text.charAt(i);
      if (wanted == '0' ? c < '0' || c > '9' : c != wanted) return false;
    }
    return true;
  }

  /** By hand for the same reason as the writing: nearly every time is one that we wrote. */
  private static Instant parseOurs(String text) {
    long day =
        LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10)).toEpochDay();
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = number(text, 17, 19);
    if (hour > 23 || minute > 59 || second > 59) throw new DateTimeException("no time of a day");
    return Instant.ofEpochSecond(
        day * SECONDS_PER_DAY + hour * 3_600L + minute * 60L + second,
        number(text, 20, 26) * 1_000L);
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) number = number * 10 + text.charAt(i) - '0';
    return number;
  }

  /** For example {@code 2026-11-21T02:41:48.123456Z}: text that sorts as the times do. */
  public static String format(Instant time) {
    return append(new StringBuilder(OURS.length()), time).toString();
  }

  /** Appends what {@link #format} gives. */
  static StringBuilder append(StringBuilder text, Instant time) {
    var date = LocalDate.ofEpochDay(Math.floorDiv(time.getEpochSecond(), SECONDS_PER_DAY));
    int second = (int) Math.floorMod(time.getEpochSecond(), SECONDS_PER_DAY);
    int micros = time.getNano() / 1_000;
    digits(digits(text, date.getYear() / 100), date.getYear() % 100).append('-');
    digits(text, date.getMonthValue()).append('-');
    digits(text, date.getDayOfMonth()).append('T');
    digits(text, second / 3_600).append(':');
    digits(text, second / 60 % 60).append(':');
    digits(text, second % 60).append('.');
    digits(digits(text, micros / 10_000), micros / 100 % 100);
    return digits(text, micros % 100).append('Z');
  }

  /**
   * Two of them. Written by hand because this stands on the path of every reading, where
   * DateTimeFormatter is most of the cost; and by constants, as other divisions take long.
   */
  private static StringBuilder digits(StringBuilder text, int number) {
    return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }
}
