package io.stripchart.api.rest;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import java.time.Instant;

/** Values as the text of an answer. */
public final class Text {
  private static final JsonStringEncoder STRINGS = JsonStringEncoder.getInstance();

  private Text() {}

  /**
   * @param value a number, a time, a reading, a text, or null
   */
  public static void json(StringBuilder text, Object value) {
    if (value == null || value instanceof Number) {
      text.append(value);
    } else if (value instanceof Instant time) {
      text.append('"').append(ReadingTime.format(time)).append('"');
    } else if (value instanceof Reading reading) {
      json(text.append("{\"time\":"), reading.time());
      text.append(",\"value\":").append(reading.value()).append('}');
    } else {
      text.append('"');
      STRINGS.quoteAsString(value.toString(), text);
      text.append('"');
    }
  }

  /** As of RFC 4180; nothing if it is null. */
  public static void csv(StringBuilder text, Object value) {
    if (value == null) return;
    if (value instanceof Number) {
      text.append(value);
    } else if (value instanceof Instant time) {
      text.append(ReadingTime.format(time));
    } else {
      quoted(text, value.toString());
    }
  }

  private static void quoted(StringBuilder text, String value) {
    if (value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n')) {
      text.append(value);
    } else {
      text.append('"').append(value.replace("\"", "\"\"")).append('"');
    }
  }
}
