package io.stripchart.api.graphql.plain;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A completed list, which stands in an answer for the list of maps that it would be otherwise. */
public final class PlainList {
  private final Plain type;
  private final List<Object> completed;

  /**
   * @param type of its items
   * @throws RuntimeException of any kind where GraphQL has an error for one of them
   */
  PlainList(Plain type, Collection<?> items) {
    this.type = type;
    this.completed = new ArrayList<>(items.size());
    for (var item : items) completed.add(type.complete(item));
  }

  public void write(JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (var item : completed) type.write(json, item);
    json.writeEndArray();
  }
}
