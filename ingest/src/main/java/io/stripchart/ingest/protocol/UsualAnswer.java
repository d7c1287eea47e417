package io.stripchart.ingest.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.OptionalDouble;

/**
 * Reads the one kind of frame that comes thousands of times a second, without a tree of it: an
 * answer that holds nothing but its id, its type and one number. Whatever else there is in a frame,
 * it leaves to those who read the whole of it.
 */
final class UsualAnswer {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MAX_BYTES = 1_000;
  private static final int MAX_DEPTH = 10;

  private final String id;
  private final String type;

  /**
   * @param type of the messages that carry a value
   */
  UsualAnswer(String id, String type) {
    this.id = id;
    this.type = type;
  }

  /**
   * @return the number; empty if the frame has another form, or another id
   */
  OptionalDouble read(Buffer text) {
    if (text.length() > MAX_BYTES) return OptionalDouble.empty();
    try (var parser = JSON.createParser(text.getBytes())) {
      return read(parser);
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }

  private OptionalDouble read(JsonParser parser) throws IOException {
    boolean ours = false;
    boolean typed = false;
    var number = Double.NaN;
    if (parser.nextToken() != JsonToken.START_OBJECT) return OptionalDouble.empty();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      parser.nextToken();
      // A field that comes twice is as unusual as one that is missing.
      if (name.equals("id") && !ours && isText(parser, id)) {
        ours = true;
      } else if (name.equals("type") && !typed && isText(parser, type)) {
        typed = true;
      } else if (name.equals("payload") && Double.isNaN(number)) {
        number = onlyNumber(parser);
        if (!Double.isFinite(number)) return OptionalDouble.empty();
      } else {
        return OptionalDouble.empty();
      }
    }
    boolean isWhole = ours && typed && Double.isFinite(number) && parser.nextToken() == null;
    return isWhole ? OptionalDouble.of(number) : OptionalDouble.empty();
  }

  private static boolean isText(JsonParser parser, String expected) throws IOException {
    return parser.currentToken() == JsonToken.VALUE_STRING && parser.getText().equals(expected);
  }

  /**
   * The number in objects of one field each, the first of them {@code data}, which {@code
   * extensions} may follow; else NaN.
   */
  private static double onlyNumber(JsonParser parser) throws IOException {
    int depth = 0;
    while (parser.currentToken() == JsonToken.START_OBJECT) {
      if (parser.nextToken() != JsonToken.FIELD_NAME || ++depth > MAX_DEPTH) return Double.NaN;
      var name = parser.currentName();
      if (depth == 1 ? !name.equals("data") : name.startsWith("__")) return Double.NaN;
      parser.nextToken();
    }
    if (depth == 0) return Double.NaN;
    var number = number(parser);
    for (int i = 0; i < depth; i++) {
      parser.nextToken();
      if (i == depth - 1) passExtensions(parser);
      if (parser.currentToken() != JsonToken.END_OBJECT) return Double.NaN;
    }
    return number;
  }

  /** Another Stripchart sends the cursor to resume from in them. */
  private static void passExtensions(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.FIELD_NAME) return;
    if (!parser.currentName().equals("extensions")) return;
    parser.nextToken();
    parser.skipChildren();
    parser.nextToken();
  }

  private static double number(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? Double.NaN
              : (double) parser.getLongValue();
      default -> Double.NaN;
    };
  }
}
