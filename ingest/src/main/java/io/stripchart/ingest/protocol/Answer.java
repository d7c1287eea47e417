package io.stripchart.ingest.protocol;

import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.EpochPrecision;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.ReadingJson;
import io.stripchart.common.reading.TimeFields;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the readings in an answer. They have the forms of a push, see {@link ReadingJson}: a
 * number, an object with a {@code value} and an optional time, or an array of these. Each invalid
 * item of an array is reported separately.
 */
final class Answer {
  private static final String OF_NUMBERS =
      "or say by precision s, ms, us or ns of the feed what the number counts";

  private final EpochPrecision precision;

  /**
   * @param precision of times that are numbers; null if there must be none
   */
  Answer(EpochPrecision precision) {
    this.precision = precision;
  }

  /**
   * The readings of a GraphQL answer: the one number, object with a {@code value}, or array in its
   * data; with the time that stands beside it, if one does.
   *
   * @param payload {@code {"data": …, "errors": […]}}
   */
  Event ofGraphQl(Object payload) {
    if (!(payload instanceof JsonObject answer)) {
      return bad(BadFrame.UNEXPECTED, "payload: must be an object, is " + shown(payload));
    }
    var found = new ArrayList<Event>();
    find(answer.getValue("data"), found);
    var values = found.stream().filter(Answer::holdsValue).toList();
    if (values.size() == 1) return values.get(0);
    if (values.size() > 1) {
      return bad(
          BadFrame.AMBIGUOUS,
          "data: holds values in " + values.size() + " fields; the query must ask for one");
    }
    if (answer.getValue("errors") != null) {
      return bad(BadFrame.ERRORS, "errors: " + message(answer.getValue("errors")));
    }
    return found.isEmpty() ? bad(BadFrame.MISSING, "data: holds no value") : found.get(0);
  }

  private static boolean holdsValue(Event event) {
    return event instanceof Event.Values several
        ? several.items().stream().anyMatch(Event.Value.class::isInstance)
        : event instanceof Event.Value;
  }

  /** The readings of a frame that holds nothing else. */
  Event ofPlain(Buffer text) {
    List<ReadingJson.Item> items = List.of();
    try {
      items = ReadingJson.items(text.getBytes(), FeedProtocol.MAX_READINGS, precision, OF_NUMBERS);
      boolean sound = items.stream().allMatch(item -> item.problem() == null);
      if (sound && !items.isEmpty()) return of(items.stream().map(Answer::value).toList());
    } catch (MalformedReadingException e) {
      // Reported below, by kind and item by item.
    }
    try {
      return withProblems(ofNode(Json.decodeValue(text)), items);
    } catch (DecodeException e) {
      return bad(BadFrame.NOT_JSON, "the frame is no JSON");
    }
  }

  /** A tree has each field once, and so does not show one that was given twice. */
  private static Event withProblems(Event found, List<ReadingJson.Item> items) {
    if (found instanceof Event.Value && items.size() == 1 && items.get(0).problem() != null) {
      return bad(BadFrame.AMBIGUOUS, items.get(0).problem());
    }
    if (!(found instanceof Event.Values several) || several.items().size() != items.size()) {
      return found;
    }
    var told = new ArrayList<Event>();
    for (int i = 0; i < items.size(); i++) {
      var problem = items.get(i).problem();
      boolean isHidden = problem != null && several.items().get(i) instanceof Event.Value;
      told.add(
          isHidden
              ? new Event.Bad(
                  BadFrame.AMBIGUOUS,
                  "[" + i + "]: " + problem,
                  true,
                  Json.encodeToBuffer(((Event.Value) several.items().get(i)).value()))
              : several.items().get(i));
    }
    return new Event.Values(told);
  }

  private void find(Object node, List<Event> found) {
    if (!(node instanceof JsonObject object) || object.containsKey("value")) {
      found.add(ofNode(node));
    } else {
      var inside = new ArrayList<Event>();
      var times = new TimeFields(TimeFields.TIME, precision, OF_NUMBERS);
      try {
        for (var name : object.fieldNames()) {
          var value = object.getValue(name);
          if (!name.startsWith("__") && !times.take(name, value)) find(value, inside);
        }
      } catch (MalformedReadingException e) {
        inside.clear();
        inside.add(bad(BadFrame.BAD_TIME, e.getMessage()));
      }
      for (var event : inside) found.add(timed(event, times.time()));
    }
  }

  /** The value of an object has the time beside it, unless it has its own. */
  private static Event timed(Event event, Instant time) {
    return time != null && event instanceof Event.Value value && value.time() == null
        ? new Event.Value(value.value(), time)
        : event;
  }

  private Event ofNode(Object node) {
    if (!(node instanceof JsonArray array)) return ofItem(node);
    if (array.size() > FeedProtocol.MAX_READINGS) {
      return bad(
          BadFrame.TOO_LARGE,
          "holds " + array.size() + " readings, of at most " + FeedProtocol.MAX_READINGS);
    }
    var items = new ArrayList<Event>();
    for (int i = 0; i < array.size(); i++) {
      var item = ofItem(array.getValue(i));
      items.add(
          item instanceof Event.Bad bad
              ? new Event.Bad(
                  bad.kind(),
                  "[" + i + "]: " + bad.problem(),
                  true,
                  Json.encodeToBuffer(array.getValue(i)))
              : item);
    }
    return of(items);
  }

  private static Event of(List<Event> items) {
    return items.size() == 1 ? items.get(0) : new Event.Values(items);
  }

  private Event ofItem(Object node) {
    if (!(node instanceof JsonObject object)) return ofScalar(node);
    if (!object.containsKey("value")) return bad(BadFrame.MISSING, "value: is missing");
    var value = ofScalar(object.getValue("value"));
    if (value instanceof Event.Bad || object.size() == 1) return value;
    try {
      var item =
          ReadingJson.items(Json.encodeToBuffer(object).getBytes(), 1, precision, OF_NUMBERS)
              .get(0);
      return item.problem() == null ? value(item) : bad(BadFrame.BAD_TIME, item.problem());
    } catch (MalformedReadingException e) {
      return bad(BadFrame.BAD_TIME, e.getMessage());
    }
  }

  private static Event value(ReadingJson.Item item) {
    return new Event.Value(item.value(), item.time());
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

  private static Event.Bad bad(BadFrame kind, String problem) {
    return new Event.Bad(kind, problem, true);
  }

  /** The error text of a server: one in an array, an object with a message, or any JSON. */
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
