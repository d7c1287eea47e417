package io.stripchart.api.graphql.plain;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/**
 * A type, and what is selected of it, where all of it is plain: leaves, and objects of which each
 * selected field is a {@link Component} of a plain type.
 */
abstract class Plain {
  private final boolean nullable;

  Plain(boolean nullable) {
    this.nullable = nullable;
  }

  /**
   * What an answer has of a value; to be written by {@link #write}.
   *
   * @throws RuntimeException of any kind where GraphQL has an error for it
   */
  final Object complete(Object value) {
    if (value != null) return completePresent(value);
    if (nullable) return null;
    throw new IllegalStateException("is null where it must not be");
  }

  abstract Object completePresent(Object value);

  final void write(JsonGenerator json, Object completed) throws IOException {
    if (completed == null) {
      json.writeNull();
    } else {
      writePresent(json, completed);
    }
  }

  abstract void writePresent(JsonGenerator json, Object completed) throws IOException;
}
