package io.stripchart.common.reading;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;

/**
 * Times as text: RFC 3339 with an offset coming in, and always UTC with six digits of a second
 * going out.
 */
public final class ReadingTime {
  /** What {@link #format} writes, with a 0 for each digit. */
  private static final String OURS = "0000-00-00T00:00:00.000000Z";

  private ReadingTime() {}

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
    return LocalDateTime.of(
            number(text, 0, 4),
            number(text, 5, 7),
            number(text, 8, 10),
            number(text, 11, 13),
            number(text, 14, 16),
            number(text, 17, 19),
            number(text, 20, 26) * 1_000)
        .toInstant(ZoneOffset.UTC);
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }

  /** For example {@code 2026-11-21T02:41:48.123456Z}: text that sorts as the times do. */
  public static String format(Instant time) {
    var utc = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    var text = new StringBuilder(27);
    digits(text, utc.getYear(), 1_000).append('-');
    digits(text, utc.getMonthValue(), 10).append('-');
    digits(text, utc.getDayOfMonth(), 10).append('T');
    digits(text, utc.getHour(), 10).append(':');
    digits(text, utc.getMinute(), 10).append(':');
    digits(text, utc.getSecond(), 10).append('.');
    return digits(text, utc.get(ChronoField.MICRO_OF_SECOND), 100_000).append('Z').toString();
  }

  /**
   * Written by hand because this stands on the path of every reading, where DateTimeFormatter is
   * most of the cost.
   */
  private static StringBuilder digits(StringBuilder text, int number, int highest) {
    for (int place = highest; place > 0; place /= 10)
      text.append((char) ('0' + number / place % 10));
    return text;
  }
}
