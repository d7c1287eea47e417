package io.stripchart.api.factories.chart;

import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
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
   * @throws MalformedReadingException where it is neither, or no time of a reading
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
   * @throws MalformedReadingException where it is neither, or no time of a reading
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

  /** A double holds microseconds of all these times, to the nearest. */
  private static Instant ofSeconds(double seconds) {
    var micros = BigDecimal.valueOf(seconds).movePointRight(MICRO_DIGITS);
    var rounded = micros.setScale(0, RoundingMode.HALF_EVEN).longValueExact();
    return Reading.checkTime(ReadingTime.ofMicros(rounded));
  }
}
