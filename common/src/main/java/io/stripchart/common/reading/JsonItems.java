package io.stripchart.common.reading;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.util.regex.Pattern;

/** A JSON body that is one item or an array of items, read token by token. */
public final class JsonItems {
  /** It reads numbers as exactly as the JDK does, and several times faster. */
  static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();

  private static final int MAX_SHOWN = 40;

  /** Numbers that JavaScript and others write and JSON does not have. */
  private static final Pattern NO_NUMBER = Pattern.compile("token '([+-]?(?:NaN|INF|Infinity))'");

  private static final Pattern TWICE = Pattern.compile("^Duplicate field '(.*)'", Pattern.DOTALL);

  private JsonItems() {}

  /** Takes one item. */
  @FunctionalInterface
  public interface Taker {
    /**
     * @param parser stands on the item's first token; afterwards on its last
     * @param index place in the array, from 0; 0 if the body is a single item
     */
    void take(JsonParser parser, int index) throws IOException;
  }

  /**
   * Passes on the items one after the other.
   *
   * @return number of items
   * @throws MalformedReadingException if the body is not JSON, or holds more than {@code maxItems}
   *     items; some may have been taken by then
   */
  public static int each(byte[] body, int maxItems, Taker taker) {
    try (var parser = JSON.createParser(body)) {
      int items = read(parser, maxItems, taker);
      if (parser.nextToken() != null) {
        throw new MalformedReadingException("body: holds more than one JSON value");
      }
      return items;
    } catch (IOException e) {
      throw new MalformedReadingException(fault(body, e));
    }
  }

  private static int read(JsonParser parser, int maxItems, Taker taker) throws IOException {
    var root = parser.nextToken();
    if (root == null) throw new MalformedReadingException("body: is empty; must be JSON");
    if (root != JsonToken.START_ARRAY) {
      taker.take(parser, 0);
      return 1;
    }
    int items = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (items == maxItems) {
        throw new MalformedReadingException("body: at most " + maxItems + " readings at once");
      }
      taker.take(parser, items++);
    }
    return items;
  }

  /** The current token, in a few words for the sender. */
  public static String shown(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> "a string";
      case VALUE_NULL -> "null";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      default -> shortened(parser.getText());
    };
  }

  /** The input, shortened for a message. */
  static String shortened(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
  }

  /**
   * A message without the parser's own text, which tells of its settings.
   *
   * @param body that could not be read
   * @param e thrown by the parser
   */
  public static String fault(byte[] body, IOException e) {
    if (isGzip(body)) {
      return "body: is compressed with gzip, and its content encoding does not say so";
    }
    if (e instanceof StreamConstraintsException) {
      return "body: is not JSON that is taken: a number has more than 1,000 digits, or arrays and"
          + " objects are nested too deeply";
    }
    if (!(e instanceof JsonProcessingException fault)) {
      return "body: is not JSON: it is not of UTF-8";
    }
    var message = String.valueOf(fault.getOriginalMessage());
    var special = NO_NUMBER.matcher(message);
    if (special.find()) {
      return "body: is not JSON, which has no " + special.group(1) + "; a value must be finite";
    }
    var twice = TWICE.matcher(message);
    if (twice.find()) return "body: " + shortened(twice.group(1)) + ": is given twice";
    if (message.contains("UTF-8")) return "body: is not JSON: it is not of UTF-8";
    var found = "body: is not JSON: ";
    if (fault instanceof JsonEOFException) return found + "it ends too early";
    var place = fault.getLocation();
    return place == null
        ? found + "it cannot be read"
        : found
            + "it cannot be read from line %d, column %d on"
                .formatted(place.getLineNr(), place.getColumnNr());
  }

  private static boolean isGzip(byte[] body) {
    return body.length > 1 && body[0] == 0x1f && body[1] == (byte) 0x8b;
  }
}
