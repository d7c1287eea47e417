package io.stripchart.persist.store;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;

/** The times of one partition: {@code from} ≤ time &lt; {@code to}. */
public record PartitionRange(Instant from, Instant to) {

  public boolean contains(Instant time) {
    return !time.isBefore(from) && time.isBefore(to);
  }

  /** Like {@code reading_2026_11_16}; with its time of day too where it begins within a day. */
  String tableName() {
    var utc = LocalDateTime.ofInstant(from, ZoneOffset.UTC);
    var day =
        text("reading_%04d_%02d_%02d", utc.getYear(), utc.getMonthValue(), utc.getDayOfMonth());
    if (from.getEpochSecond() % 86_400 == 0) return day;
    return day + text("_%02d%02d%02d", utc.getHour(), utc.getMinute(), utc.getSecond());
  }

  String fromLiteral() {
    return literal(from);
  }

  String toLiteral() {
    return literal(to);
  }

  private static String literal(Instant time) {
    var utc = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    return text(
        "'%04d-%02d-%02d %02d:%02d:%02d.%06d+00'",
        utc.getYear(),
        utc.getMonthValue(),
        utc.getDayOfMonth(),
        utc.getHour(),
        utc.getMinute(),
        utc.getSecond(),
        utc.getNano() / 1_000);
  }

  private static String text(String format, Object... parts) {
    return String.format(Locale.ROOT, format, parts);
  }
}
