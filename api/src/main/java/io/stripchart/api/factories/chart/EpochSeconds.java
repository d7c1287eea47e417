package io.stripchart.api.factories.chart;

import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import io.vertx.core.json.JsonArray;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Times as clients give them: in seconds of the epoch, with up to six digits of a fraction that
 * count, or as RFC 3339.
 */
public final class EpochSeconds {
  /** Of more digits there are no seconds that a reading may have, nor that a long could hold. */
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,12}(\\.\\d{1,15})?");

  private static final int MICRO_DIGITS = 6;

  /** Longer than all times; beyond it doubles would overflow a long. */
  private static final double MAX = 1e12;

  private EpochSeconds() {}

  /**
   * @throws MalformedReadingException if it is neither, or no time of a reading
   */
  public static Instant parse(String text) {
    if (!isNumber(text)) return ReadingTime.parse(text);
    var micros = new BigDecimal(text).movePointRight(MICRO_DIGITS).setScale(0, RoundingMode.DOWN);
    return Reading.checkTime(ReadingTime.ofMicros(micros.longValueExact()));
  }

  /** Whether it is seconds of the epoch, and not RFC 3339. */
  public static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches();
  }

  /**
   * @param json a number or a text, as a body has it
   * @throws MalformedReadingException if it is neither, or no time of a reading
   */
  static Instant of(Object json) {
    if (json instanceof String text) return parse(text);
    if (json instanceof Number number && Math.abs(number.doubleValue()) < MAX) {
      if (number instanceof Double seconds) return ofSeconds(seconds);
      return Reading.checkTime(Instant.ofEpochSecond(number.longValue()));
    }
    throw new MalformedReadingException(
        "time: must be seconds of the epoch, like 1611204818, or RFC 3339");
  }

  /**
   * Whether two values of a body are the same time, or two arrays of the same times. Values that
   * are no times are the same where they are equal.
   */
  static boolean isSame(Object one, Object other) {
    if (Objects.equals(one, other)) return true;
    if (one instanceof JsonArray times && other instanceof JsonArray others) {
      if (times.size() != others.size()) return false;
      for (int i = 0; i < times.size(); i++) {
        if (!isSame(times.getValue(i), others.getValue(i))) return false;
      }
      return true;
    }
    try {
      return of(one).equals(of(other));
    } catch (MalformedReadingException e) {
      return false;
    }
  }

  /** A double holds microseconds of all these times, to the nearest. */
  private static Instant ofSeconds(double seconds) {
    var micros = BigDecimal.valueOf(seconds).movePointRight(MICRO_DIGITS);
    var rounded = micros.setScale(0, RoundingMode.HALF_EVEN).longValueExact();
    return Reading.checkTime(ReadingTime.ofMicros(rounded));
  }
}
