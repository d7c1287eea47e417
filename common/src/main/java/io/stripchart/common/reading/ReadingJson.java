package io.stripchart.common.reading;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.NumberOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Readings as JSON, the same in a message body, a plain feed and a push: a number; an object {@code
 * {"value": 21.5, "time": "…"}} with {@code time}, or {@code timestamp}, optional and other fields
 * ignored unless they look like a time; or an array of these.
 */
public final class ReadingJson {
  private static final String VALUE = "value";

  /** Characters of an object, with a usual value. */
  private static final int OBJECT = 64;

  private ReadingJson() {}

  /**
   * One item of a body, or its error.
   *
   * @param index its position in the array, from 0; 0 if the body is a single item
   * @param time null if the item has none
   * @param field the field that the problem concerns, or that has the time; null if there is none
   * @param problem null if the item is valid; then {@code value} is finite
   */
  public record Item(int index, double value, Instant time, String field, String problem) {
    /** An item that is taken. */
    public static Item sound(int index, double value, Instant time, String field) {
      return new Item(index, value, time, field, null);
    }

    /** An item that is refused. */
    public static Item unsound(int index, String field, String problem) {
      return new Item(index, Double.NaN, null, field, problem);
    }
  }

  /**
   * Reads a body item by item; an invalid item is reported in its position and does not stop
   * reading.
   *
   * @throws MalformedReadingException if the body is not JSON, holds more than {@code maxItems}
   *     items, or has neither number, object nor array at its root
   */
  public static List<Item> items(byte[] body, int maxItems) {
    return items(body, maxItems, null, "");
  }

  /**
   * As {@link #items(byte[], int)}, for a source whose times may be numbers.
   *
   * @param precision of numeric times; null if they are not allowed
   * @param ofNumbers hint for a numeric time, if {@code precision} is null
   */
  public static List<Item> items(
      byte[] body, int maxItems, EpochPrecision precision, String ofNumbers) {
    var items = new ArrayList<Item>();
    JsonItems.each(
        body,
        maxItems,
        (parser, index) ->
            items.add(item(parser, index, new TimeFields(TimeFields.TIME, precision, ofNumbers))));
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
    return readings(
        series,
        body,
        index -> defaultTime.plusNanos(index * 1_000L),
        maxItems,
        (field, time) -> time);
  }

  /** Judges a time that is about to become a reading's. */
  @FunctionalInterface
  public interface TimeCheck {
    /**
     * @param field that gives the time; null if it is the default time
     * @return the time
     * @throws MalformedReadingException if it is refused
     */
    Instant check(String field, Instant time);
  }

  /**
   * As {@link #readings(String, byte[], Instant, int)}, if not all times will do.
   *
   * @param defaultTimes of the items that give no time, by their index; asked in their order
   */
  public static List<Reading> readings(
      String series,
      byte[] body,
      IntFunction<Instant> defaultTimes,
      int maxItems,
      TimeCheck check) {
    var items = items(body, maxItems);
    var readings = new ArrayList<Reading>(items.size());
    for (var item : items) {
      if (item.problem() != null) throw refused(items.size(), item, item.problem());
      if (item.time() == null) {
        var time = check.check(null, defaultTimes.apply(item.index()));
        readings.add(new Reading(series, time, item.value()));
      } else {
        readings.add(new Reading(series, checked(items.size(), item, check), item.value()));
      }
    }
    return readings;
  }

  private static Instant checked(int items, Item item, TimeCheck check) {
    try {
      return check.check(item.field(), item.time());
    } catch (MalformedReadingException e) {
      throw refused(items, item, e.getMessage());
    }
  }

  private static MalformedReadingException refused(int items, Item item, String problem) {
    return new MalformedReadingException(
        items == 1 ? problem : "[" + item.index() + "]." + problem);
  }

  /** {@code {"value":21.5,"time":"2026-11-21T02:41:48.123456Z"}}, UTF-8. */
  public static byte[] encode(Instant time, double value) {
    return append(new StringBuilder(OBJECT), time, value).toString().getBytes(UTF_8);
  }

  /**
   * For one reading the result of {@link #encode(Instant, double)}, for several an array of these.
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

  private static Item item(JsonParser parser, int index, TimeFields times) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser, index);
      case START_OBJECT -> object(parser, index, times);
      case START_ARRAY -> {
        parser.skipChildren();
        yield Item.unsound(index, null, "value: must be a number or an object, is an array");
      }
      default ->
          Item.unsound(index, null, "value: must be a number, is " + JsonItems.shown(parser));
    };
  }

  private static Item number(JsonParser parser, int index) throws IOException {
    double value = parser.getDoubleValue();
    var problem = beyond(value);
    return problem == null
        ? Item.sound(index, value, null, null)
        : Item.unsound(index, null, problem);
  }

  private static Item object(JsonParser parser, int index, TimeFields times) throws IOException {
    var names = new FieldNames();
    var value = Double.NaN;
    var valueProblem = "value: is missing";
    String otherField = null;
    String otherProblem = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var field = parser.currentName();
      var token = parser.nextToken();
      try {
        names.add(field);
        if (field.equals(VALUE)) {
          value = token.isNumeric() ? parser.getDoubleValue() : Double.NaN;
          valueProblem =
              token.isNumeric()
                  ? beyond(value)
                  : "value: must be a number, is " + JsonItems.shown(parser);
        } else if (TimeFields.concern(field)) {
          times.take(field, parser);
        }
      } catch (MalformedReadingException e) {
        if (otherProblem == null) {
          otherField = field;
          otherProblem = e.getMessage();
        }
      }
      parser.skipChildren();
    }
    if (valueProblem != null) return Item.unsound(index, VALUE, valueProblem);
    return otherProblem == null
        ? Item.sound(index, value, times.time(), times.field())
        : Item.unsound(index, otherField, otherProblem);
  }

  /** JSON has no infinity, but 1e999 reads as one. */
  private static String beyond(double value) {
    return Double.isFinite(value) ? null : "value: must be finite, is beyond the range of a double";
  }
}
