package io.stripchart.compose.load;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import java.io.IOException;
import java.time.Instant;

/** Reads arrays of numbers and of times, including invalid items. */
final class Tokens {
  private static final String TIME = "must be seconds since 1970, up to the year 9999, is ";
  private static final int SHOWN = 40;

  private Tokens() {}

  /** Reads the array at whose begin the parser stands, to its end. */
  static Column<Double> values(JsonParser parser, Column<Double> column) throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      var token = parser.currentToken();
      double value = token.isNumeric() ? parser.getDoubleValue() : Double.NaN;
      if (token == JsonToken.VALUE_NULL) column.add(null);
      else if (Double.isFinite(value)) column.add(value);
      else if (token.isNumeric()) column.addBad("must be finite, is beyond the range of a double");
      else column.addBad("must be a number, is " + shown(parser));
      parser.skipChildren();
    }
    return column;
  }

  /** As {@link #values}, of seconds since 1970, which may have a fraction. */
  static Column<Instant> times(
      JsonParser parser, Column<Instant> column, AcceptableTimes acceptable) throws IOException {
    var now = Instant.now();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      var token = parser.currentToken();
      if (token == JsonToken.VALUE_NULL) column.add(null);
      else if (token.isNumeric()) addTime(parser, column, acceptable, now);
      else column.addBad("must be a number, is " + shown(parser));
      parser.skipChildren();
    }
    return column;
  }

  private static void addTime(
      JsonParser parser, Column<Instant> column, AcceptableTimes acceptable, Instant now)
      throws IOException {
    double seconds = parser.getDoubleValue();
    // Far enough for a long in microseconds; readings have a smaller range.
    if (Math.abs(seconds) > 1e12) {
      column.addBad(TIME + shown(parser));
      return;
    }
    var time =
        parser.currentToken() == JsonToken.VALUE_NUMBER_INT
            ? Instant.ofEpochSecond(parser.getLongValue())
            : ReadingTime.ofMicros(Math.round(seconds * 1e6));
    if (time.isBefore(Reading.EARLIEST) || time.isAfter(Reading.LATEST)) {
      column.addBad(TIME + shown(parser));
      return;
    }
    try {
      column.add(acceptable.check("time", time, now));
    } catch (MalformedReadingException outside) {
      column.addBad(outside.getMessage().substring("time: ".length()));
    }
  }

  /** The current token, in a few words. */
  static String shown(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> "a string";
      case VALUE_NULL -> "null";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      default -> shortened(parser.getText());
    };
  }

  private static String shortened(String number) {
    return number.length() <= SHOWN ? number : number.substring(0, SHOWN) + "…";
  }
}
