package io.stripchart.api.graphql.plain;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/**
 * A type with a plain selection: leaves, and objects of which each selected field is a {@link
 * Component} of a plain type.
 */
abstract class Plain {
  private final boolean nullable;

  Plain(boolean nullable) {
    this.nullable = nullable;
  }

  /**
   * Writes the part of a value that is in the response.
   *
   * @throws RuntimeException of any kind if GraphQL reports an error for it
   */
  final void write(JsonGenerator json, Object value) throws IOException {
    if (value != null) {
      writePresent(json, value);
    } else if (nullable) {
      json.writeNull();
    } else {
      throw new IllegalStateException("is null where it must not be");
    }
  }

  abstract void writePresent(JsonGenerator json, Object value) throws IOException;
}
