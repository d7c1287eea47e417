package io.stripchart.common.reading;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.NumberOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Readings as JSON, the same in a message body and in a push: a number; an object {@code {"value":
 * 21.5, "time": "…"}} with {@code time} optional and other fields ignored; or an array of these.
 */
public final class ReadingJson {
  /** Characters of an object, with a usual value. */
  private static final int OBJECT = 64;

  private ReadingJson() {}

  /**
   * One item of a body: what it says, or what is wrong with it.
   *
   * @param index its place in the array, from 0; 0 where the body is a single item
   * @param time null where the item gives none
   * @param problem null where the item is sound; then {@code value} is finite
   */
  public record Item(int index, double value, Instant time, String problem) {}

  /**
   * Reads a body item by item; an unsound item is told in its place and does not end the reading.
   *
   * @throws MalformedReadingException where the body is no JSON, holds more than {@code maxItems}
   *     items, or has neither number, object nor array at its root
   */
  public static List<Item> items(byte[] body, int maxItems) {
    var items = new ArrayList<Item>();
    JsonItems.each(body, maxItems, (parser, index) -> items.add(item(parser, index)));
    return items;
  }

  /**
   * The readings of a message body; all of them, or an exception.
   *
   * @param defaultTime for items that give no time; further ones in the same body follow by a
   *     microsecond each
   * @throws MalformedReadingException naming the first bad item
   */
  public static List<Reading> readings(
      String series, byte[] body, Instant defaultTime, int maxItems) {
    var items = items(body, maxItems);
    var readings = new ArrayList<Reading>(items.size());
    for (var item : items) {
      if (item.problem() != null) {
        throw new MalformedReadingException(
            items.size() == 1 ? item.problem() : "[" + item.index() + "]." + item.problem());
      }
      var time = item.time() != null ? item.time() : defaultTime.plusNanos(item.index() * 1_000L);
      readings.add(new Reading(series, time, item.value()));
    }
    return readings;
  }

  /** {@code {"value":21.5,"time":"2026-11-21T02:41:48.123456Z"}}, UTF-8. */
  public static byte[] encode(Instant time, double value) {
    return append(new StringBuilder(OBJECT), time, value).toString().getBytes(UTF_8);
  }

  /**
   * Of one reading what {@link #encode(Instant, double)} gives, of others an array of these.
   *
   * @param readings of one series, at least one
   */
  public static byte[] encode(List<Reading> readings) {
    if (readings.size() == 1) return encode(readings.get(0).time(), readings.get(0).value());
    var json = new StringBuilder(2 + readings.size() * OBJECT);
    char separator = '[';
    for (var reading : readings) {
      append(json.append(separator), reading.time(), reading.value());
      separator = ',';
    }
    return json.append(']').toString().getBytes(UTF_8);
  }

  private static StringBuilder append(StringBuilder json, Instant time, double value) {
    append(json.append("{\"value\":"), value).append(",\"time\":\"");
    return ReadingTime.append(json, time).append("\"}");
  }

  /** Appends the shortest number that reads as this value, several times faster than the JDK. */
  static StringBuilder append(StringBuilder json, double value) {
    return json.append(NumberOutput.toString(value, true));
  }

  private static Item item(JsonParser parser, int index) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> sound(index, parser.getDoubleValue(), null);
      case START_OBJECT -> object(parser, index);
      case START_ARRAY -> {
        parser.skipChildren();
        yield unsound(index, "value: must be a number or an object, is an array");
      }
      default -> unsound(index, "value: must be a number, is " + JsonItems.shown(parser));
    };
  }

  private static Item object(JsonParser parser, int index) throws IOException {
    var value = Double.NaN;
    Instant time = null;
    String problem = "value: is missing";
    String timeProblem = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var field = parser.currentName();
      var token = parser.nextToken();
      if (field.equals("value")) {
        problem =
            token.isNumeric() ? null : "value: must be a number, is " + JsonItems.shown(parser);
        if (problem == null) value = parser.getDoubleValue();
      } else if (field.equals("time") && token != JsonToken.VALUE_NULL) {
        try {
          time = JsonItems.time(parser);
        } catch (MalformedReadingException e) {
          timeProblem = e.getMessage();
        }
      }
      parser.skipChildren();
    }
    if (problem != null || timeProblem != null)
      return unsound(index, problem != null ? problem : timeProblem);
    return sound(index, value, time);
  }

  private static Item sound(int index, double value, Instant time) {
    // JSON has no infinity, but 1e999 reads as one.
    if (!Double.isFinite(value))
      return unsound(index, "value: must be finite, is beyond the range of a double");
    return new Item(index, value, time, null);
  }

  private static Item unsound(int index, String problem) {
    return new Item(index, Double.NaN, null, problem);
  }
}
