package io.stripchart.ingest.protocol;

import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.ReadingTime;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Finds the value in an answer. */
final class Answer {
  private Answer() {}

  /**
   * The value in a GraphQL answer: the one number in its data, or the one object there that has a
   * {@code value} and perhaps a {@code time}.
   *
   * @param payload {@code {"data": …, "errors": […]}}
   */
  static Event ofGraphQl(Object payload) {
    if (!(payload instanceof JsonObject answer)) {
      return bad(BadFrame.UNEXPECTED, "payload: must be an object, is " + shown(payload));
    }
    var found = new ArrayList<Event>();
    find(answer.getValue("data"), found);
    var values = found.stream().filter(Event.Value.class::isInstance).toList();
    if (values.size() == 1) return values.get(0);
    if (values.size() > 1) {
      return bad(
          BadFrame.AMBIGUOUS,
          "data: holds " + values.size() + " numbers; the query must ask for one");
    }
    if (answer.getValue("errors") != null) {
      return bad(BadFrame.ERRORS, "errors: " + message(answer.getValue("errors")));
    }
    return found.isEmpty() ? bad(BadFrame.MISSING, "data: holds no value") : found.get(0);
  }

  /** The value of a plain feed: a number, or an object with a {@code value}. */
  static Event ofPlain(Object json) {
    return json instanceof JsonObject object ? ofObject(object) : ofScalar(json);
  }

  private static void find(Object node, List<Event> found) {
    if (!(node instanceof JsonObject object)) {
      found.add(ofScalar(node));
    } else if (object.containsKey("value")) {
      found.add(ofObject(object));
    } else {
      for (var name : object.fieldNames()) {
        if (!name.startsWith("__")) find(object.getValue(name), found);
      }
    }
  }

  private static Event ofObject(JsonObject object) {
    if (!object.containsKey("value")) return bad(BadFrame.MISSING, "value: is missing");
    var value = ofScalar(object.getValue("value"));
    var time = object.getValue("time");
    if (time == null || !(value instanceof Event.Value number)) return value;
    if (!(time instanceof String text)) {
      return bad(BadFrame.BAD_TIME, "time: must be a string, is " + shown(time));
    }
    return withTime(number.value(), text);
  }

  private static Event withTime(double value, String text) {
    Instant time;
    try {
      time = ReadingTime.parse(text);
    } catch (MalformedReadingException e) {
      return bad(BadFrame.BAD_TIME, e.getMessage());
    }
    return new Event.Value(value, time);
  }

  private static Event ofScalar(Object node) {
    if (node instanceof Number number) {
      double value = number.doubleValue();
      // JSON has no infinity, but 1e999 reads as one.
      return Double.isFinite(value)
          ? new Event.Value(value, null)
          : bad(BadFrame.NOT_FINITE, "value: must be finite, is beyond the range of a double");
    }
    if (node == null) return bad(BadFrame.NULL, "value: must be a number, is null");
    return bad(BadFrame.NOT_A_NUMBER, "value: must be a number, is " + shown(node));
  }

  private static Event bad(BadFrame kind, String problem) {
    return new Event.Bad(kind, problem, true);
  }

  /** What a server says of its error: one in an array, an object with a message, or any JSON. */
  static String message(Object error) {
    if (error instanceof JsonArray array && !array.isEmpty()) return message(array.getValue(0));
    if (error instanceof JsonObject object && object.getValue("message") instanceof String text) {
      return OneLine.of(text);
    }
    return error == null ? "no message" : OneLine.of(error.toString());
  }

  private static String shown(Object node) {
    if (node == null) return "null";
    if (node instanceof String) return "a string";
    if (node instanceof Boolean) return "a boolean";
    if (node instanceof JsonArray) return "an array";
    return node instanceof JsonObject ? "an object" : "a number";
  }
}
