package io.stripchart.common.reading;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.time.Instant;

/** A JSON body that is one item or an array of items, read token by token. */
public final class JsonItems {
  /** It reads numbers as exactly as the JDK does, and several times faster. */
  static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();

  private JsonItems() {}

  /** Takes one item. */
  @FunctionalInterface
  public interface Taker {
    /**
     * @param parser stands on the item's first token; afterwards on its last
     * @param index place in the array, from 0; 0 where the body is a single item
     */
    void take(JsonParser parser, int index) throws IOException;
  }

  /**
   * Has the items taken one after the other.
   *
   * @return how many there were
   * @throws MalformedReadingException where the body is no JSON, or holds more than {@code
   *     maxItems} items; some may have been taken by then
   */
  public static int each(byte[] body, int maxItems, Taker taker) {
    try (var parser = JSON.createParser(body)) {
      int items = read(parser, maxItems, taker);
      if (parser.nextToken() != null) {
        throw new MalformedReadingException("body: holds more than one JSON value");
      }
      return items;
    } catch (IOException e) {
      throw new MalformedReadingException("body: is not JSON: " + firstLine(e));
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

  /**
   * The time that the parser stands on.
   *
   * @throws MalformedReadingException where it is none, as of {@link ReadingTime#parse}
   */
  public static Instant time(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw new MalformedReadingException("time: must be a string, is " + shown(parser));
    }
    return ReadingTime.parse(parser.getText());
  }

  /** What the parser stands on, in words for whoever sent it. */
  public static String shown(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> "a string";
      case VALUE_NULL -> "null";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      default -> parser.getText();
    };
  }

  private static String firstLine(IOException e) {
    var message =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    return message.lines().findFirst().orElse("cannot be read");
  }
}
