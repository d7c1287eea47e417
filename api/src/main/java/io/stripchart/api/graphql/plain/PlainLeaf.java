package io.stripchart.api.graphql.plain;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** A scalar or an enum. */
public final class PlainLeaf extends Plain {
  private final UnaryOperator<Object> serialize;

  /**
   * @param serialize as GraphQL has it of the type
   */
  PlainLeaf(boolean nullable, UnaryOperator<Object> serialize) {
    super(nullable);
    this.serialize = serialize;
  }

  @Override
  void writePresent(JsonGenerator json, Object value) throws IOException {
    writeLeaf(json, Objects.requireNonNull(serialize.apply(value)));
  }

  /** Writes a serialized scalar or enum. */
  public static void writeLeaf(JsonGenerator json, Object value) throws IOException {
    if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else if (value instanceof Integer number) {
      json.writeNumber(number);
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else {
      json.writeString(value.toString());
    }
  }
}
