package io.stripchart.common.reading;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times as text: RFC 3339 with an offset coming in, and always UTC with six digits of a second
 * going out. And times as microseconds.
 */
public final class ReadingTime {
  /** The output of {@link #format}, with a 0 for each digit. */
  private static final String OURS = "0000-00-00T00:00:00.000000Z";

  /** Index of the second; other code checks a 60. */
  private static final int SECOND = 17;

  private static final Pattern RFC_3339 =
      Pattern.compile(
          "(\\d{4})-(\\d\\d)-(\\d\\d)[Tt ](\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d+))?"
              + "(?:[Zz]|([+-])(\\d\\d):?(\\d\\d))");

  private static final long SECONDS_PER_DAY = 86_400;

  private static final long MICROS_PER_SECOND = 1_000_000;

  private ReadingTime() {}

  /** Microseconds of the epoch. */
  public static long micros(Instant time) {
    return micros(Instant.EPOCH, time);
  }

  /**
   * Whole microseconds from one time to another; negative if the other is before. Those of
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

  /** As {@link #parse(String, String)}, of a time that is called {@code time}. */
  public static Instant parse(String text) {
    return parse("time", text);
  }

  /**
   * Reads RFC 3339 in all forms: any number of digits of a second, of which those beyond
   * microseconds are cut off; {@code t} and {@code z}; a space instead of {@code T}; offsets up to
   * 23:59; and a leap second, which becomes the last microsecond before it, as no reading has a
   * time in it. Of ISO 8601 also the offset without a colon.
   *
   * @param field name of its field, for the message
   * @throws MalformedReadingException if it has another form, or is outside the range of a {@link
   *     Reading}
   */
  public static Instant parse(String field, String text) {
    Instant time;
    try {
      time = looksLikeOurs(text) ? parseOurs(text) : parseAny(text);
    } catch (DateTimeException e) {
      var shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
      throw new MalformedReadingException(
          field
              + ": must be RFC 3339 with an offset, like 2026-11-21T02:41:48.123456Z, is \""
              + shown
              + "\"");
    }
    return Reading.checkTime(field, time);
  }

  /** {@link java.time.OffsetDateTime} accepts both more and less. */
  private static Instant parseAny(String text) {
    var parts = RFC_3339.matcher(text);
    if (!parts.matches()) throw new DateTimeException("is not RFC 3339");
    var date = LocalDate.of(number(parts, 1), number(parts, 2), number(parts, 3));
    int second = number(parts, 6);
    boolean isLeap = second == 60;
    var local = LocalTime.of(number(parts, 4), number(parts, 5), isLeap ? 59 : second);
    long seconds =
        date.toEpochDay() * SECONDS_PER_DAY + local.toSecondOfDay() - offsetSeconds(parts);
    if (!isLeap) return Instant.ofEpochSecond(seconds, micros(parts.group(7)) * 1_000L);
    checkLeap(seconds);
    return Instant.ofEpochSecond(seconds, 999_999_000);
  }

  /** RFC 3339, 5.7: at the end of June or December, of UTC. */
  private static void checkLeap(long lastSecond) {
    var next = LocalDate.ofEpochDay(Math.floorDiv(lastSecond + 1, SECONDS_PER_DAY));
    boolean isMidnight = Math.floorMod(lastSecond + 1, SECONDS_PER_DAY) == 0;
    boolean isTurn = next.getDayOfMonth() == 1 && next.getMonthValue() % 6 == 1;
    if (!isMidnight || !isTurn) throw new DateTimeException("no leap second is there");
  }

  private static int offsetSeconds(Matcher parts) {
    if (parts.group(8) == null) return 0;
    int hours = number(parts, 9);
    int minutes = number(parts, 10);
    if (hours > 23 || minutes > 59) throw new DateTimeException("no offset");
    return (parts.group(8).equals("-") ? -60 : 60) * (hours * 60 + minutes);
  }

  private static int micros(String fraction) {
    if (fraction == null) return 0;
    int micros = 0;
    for (int i = 0; i < 6; i++) {
      micros = micros * 10 + (i < fraction.length() ? fraction.charAt(i) - '0' : 0);
    }
    return micros;
  }

  private static int number(Matcher parts, int group) {
    return Integer.parseInt(parts.group(group));
  }

  private static boolean looksLikeOurs(String text) {
    if (text.length() != OURS.length() || text.charAt(SECOND) == '6') return false;
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

  /** Appends the result of {@link #format}. */
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
