package io.stripchart.api.buckets;

import io.stripchart.api.ApiException;
import io.stripchart.common.reading.ReadingTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Width of buckets. Buckets are numbered along the time line: widths shorter than a day begin with
 * the epoch; days, weeks (from Monday), months and years are those of a time zone, and several of
 * them are counted from 1970-01-01, its Monday, and the year 0.
 */
public final class BucketWidth {
  private static final Pattern CALENDAR = Pattern.compile("P([1-9]\\d{0,3})([DWMY])");
  private static final String RANGE =
      "an ISO 8601 duration of at least a second and less than a day, like PT15M, or whole days,"
          + " weeks, months or years, like P1D, P1W, P1M or P1Y";

  /** 1970-01-01 was a Thursday. */
  private static final int DAYS_FROM_MONDAY = 3;

  private enum Unit {
    MICROS,
    DAYS,
    WEEKS,
    MONTHS,
    YEARS
  }

  private final Unit unit;
  private final long units;

  private BucketWidth(Unit unit, long units) {
    this.unit = unit;
    this.units = units;
  }

  /**
   * @throws ApiException if it is none
   */
  public static BucketWidth of(String text) {
    var calendar = CALENDAR.matcher(text.toUpperCase(Locale.ROOT));
    if (calendar.matches()) {
      return new BucketWidth(unit(calendar.group(2)), Long.parseLong(calendar.group(1)));
    }
    try {
      var width = Duration.parse(text);
      boolean inRange =
          width.compareTo(Duration.ofSeconds(1)) >= 0 && width.compareTo(Duration.ofDays(1)) < 0;
      if (inRange && width.toNanos() % 1_000 == 0) {
        return new BucketWidth(Unit.MICROS, width.toNanos() / 1_000);
      }
    } catch (DateTimeException e) {
      // Reported below, with the valid range.
    }
    var shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
    throw ApiException.badArgument("width", RANGE + ", is \"" + shown + "\"");
  }

  private static Unit unit(String letter) {
    return switch (letter) {
      case "D" -> Unit.DAYS;
      case "W" -> Unit.WEEKS;
      case "M" -> Unit.MONTHS;
      default -> Unit.YEARS;
    };
  }

  /** The number of the bucket that holds a time. */
  long index(Instant time, ZoneId zone) {
    if (unit == Unit.MICROS) {
      return Math.floorDiv(ReadingTime.micros(time), units);
    }
    var date = LocalDate.ofInstant(time, zone);
    return switch (unit) {
      case DAYS -> Math.floorDiv(date.toEpochDay(), units);
      case WEEKS -> Math.floorDiv(date.toEpochDay() + DAYS_FROM_MONDAY, 7 * units);
      case MONTHS -> Math.floorDiv(date.getLong(ChronoField.PROLEPTIC_MONTH), units);
      default -> Math.floorDiv(date.getYear(), units);
    };
  }

  /** When a bucket begins: a day with its first moment, which need not be midnight. */
  Instant start(long index, ZoneId zone) {
    if (unit == Unit.MICROS) return ReadingTime.ofMicros(index * units);
    var date =
        switch (unit) {
          case DAYS -> LocalDate.ofEpochDay(index * units);
          case WEEKS -> LocalDate.ofEpochDay(index * units * 7 - DAYS_FROM_MONDAY);
          case MONTHS -> LocalDate.EPOCH.with(ChronoField.PROLEPTIC_MONTH, index * units);
          default -> LocalDate.of(Math.toIntExact(index * units), 1, 1);
        };
    return date.atStartOfDay(zone).toInstant();
  }
}
