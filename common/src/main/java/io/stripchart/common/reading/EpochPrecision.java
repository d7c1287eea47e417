package io.stripchart.common.reading;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The unit of times that are given as numbers, which count from 1970-01-01T00:00:00Z. */
public enum EpochPrecision {
  SECONDS("s", 6),
  MILLISECONDS("ms", 3),
  MICROSECONDS("us", 0),
  NANOSECONDS("ns", -3);

  /** In a fraction; longer ones are not written by anything that measures. */
  private static final int MAX_DECIMALS = 100;

  /** Before the decimal point: more than any time has in nanoseconds. */
  private static final int MAX_DIGITS = 25;

  private final String code;
  private final int decimalsToMicros;

  EpochPrecision(String code, int decimalsToMicros) {
    this.code = code;
    this.decimalsToMicros = decimalsToMicros;
  }

  /** As a request names it: {@code ms}. */
  public String code() {
    return code;
  }

  /**
   * @throws MalformedReadingException if there is none of that code
   */
  public static EpochPrecision of(String code) {
    for (var precision : values()) {
      if (precision.code.equals(code)) return precision;
    }
    throw new MalformedReadingException("precision: must be " + codes());
  }

  /** All of them, for people. */
  static String codes() {
    return Arrays.stream(values()).map(EpochPrecision::code).collect(Collectors.joining(", "));
  }

  /**
   * The time of a number, truncated to microseconds.
   *
   * @param field name of its field, for the message
   * @throws MalformedReadingException if it is not a valid time of a {@link Reading}
   */
  Instant time(String field, BigDecimal number) {
    // Looked at before it is scaled, as 1e1000000000 would become a number of as many digits.
    if (number.scale() > MAX_DECIMALS || number.precision() - number.scale() > MAX_DIGITS) {
      throw outside(field);
    }
    var micros = number.movePointRight(decimalsToMicros).setScale(0, RoundingMode.FLOOR);
    if (micros.precision() > MAX_DIGITS - 7) throw outside(field);
    return Reading.checkTime(field, ReadingTime.ofMicros(micros.longValueExact()));
  }

  MalformedReadingException outside(String field) {
    return new MalformedReadingException(
        field + ": must be a number of " + code + " since 1970, up to the year 9999");
  }
}
