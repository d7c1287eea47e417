package io.stripchart.api.graphql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import graphql.ExecutionResult;
import graphql.GraphQLError;
import graphql.language.SourceLocation;
import io.stripchart.api.graphql.plain.PlainLeaf;
import io.stripchart.api.graphql.plain.PlainList;
import io.stripchart.common.reading.ReadingTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Writes answers. */
public final class ResultJson {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  private ResultJson() {}

  private interface Content {
    void write(JsonGenerator json) throws IOException;
  }

  /** The answer as the specification has it: errors, data where it was executed. UTF-8. */
  public static byte[] bytes(ExecutionResult result) {
    return bytes(json -> write(json, result, Missed.Told.NOTHING));
  }

  /**
   * A message that carries an answer.
   *
   * @param id of the operation
   * @param missed what is told with it, where it is anything
   */
  public static byte[] message(String type, String id, ExecutionResult result, Missed.Told missed) {
    return bytes(
        json -> {
          json.writeStartObject();
          json.writeStringField("id", id);
          json.writeStringField("type", type);
          json.writeFieldName("payload");
          write(json, result, missed);
          json.writeEndObject();
        });
  }

  /** A message that carries errors alone. */
  public static byte[] errors(String type, String id, List<GraphQLError> errors) {
    return bytes(
        json -> {
          json.writeStartObject();
          json.writeStringField("id", id);
          json.writeStringField("type", type);
          json.writeFieldName("payload");
          writeErrors(json, errors);
          json.writeEndObject();
        });
  }

  /** A message that carries one error, as the legacy protocol has it. */
  public static byte[] error(String type, String id, GraphQLError error) {
    return bytes(
        json -> {
          json.writeStartObject();
          json.writeStringField("id", id);
          json.writeStringField("type", type);
          json.writeFieldName("payload");
          writeError(json, error);
          json.writeEndObject();
        });
  }

  private static byte[] bytes(Content content) {
    try (var bytes = new ByteArrayBuilder(JSON._getBufferRecycler(), 512);
        var json = JSON.createGenerator(bytes)) {
      content.write(json);
      json.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(JsonGenerator json, ExecutionResult result, Missed.Told missed)
      throws IOException {
    json.writeStartObject();
    if (!result.getErrors().isEmpty()) {
      json.writeFieldName("errors");
      writeErrors(json, result.getErrors());
    }
    if (result.isDataPresent()) {
      json.writeFieldName("data");
      writeValue(json, result.getData());
    }
    if (!missed.isNothing()) {
      json.writeObjectFieldStart("extensions");
      if (missed.events() > 0) json.writeNumberField("missed", missed.events());
      if (missed.gap()) json.writeBooleanField("gap", true);
      if (missed.since() != null) {
        json.writeStringField("since", ReadingTime.format(missed.since()));
      }
      if (missed.cursor() != null) json.writeStringField("cursor", missed.cursor());
      if (missed.resumed() != null) json.writeStringField("resumed", missed.resumed());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void writeErrors(JsonGenerator json, List<GraphQLError> errors)
      throws IOException {
    json.writeStartArray();
    for (var error : errors) writeError(json, error);
    json.writeEndArray();
  }

  private static void writeError(JsonGenerator json, GraphQLError error) throws IOException {
    json.writeStartObject();
    json.writeStringField("message", error.getMessage());
    var locations = error.getLocations();
    if (locations != null && !locations.isEmpty()) writeLocations(json, locations);
    if (error.getPath() != null) {
      json.writeFieldName("path");
      writeValue(json, error.getPath());
    }
    if (error.getExtensions() != null && error.getExtensions().get("code") != null) {
      json.writeObjectFieldStart("extensions");
      json.writeStringField("code", error.getExtensions().get("code").toString());
      if (error.getExtensions().get("since") instanceof Instant since) {
        json.writeStringField("since", ReadingTime.format(since));
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void writeLocations(JsonGenerator json, List<SourceLocation> locations)
      throws IOException {
    json.writeArrayFieldStart("locations");
    for (var location : locations) {
      if (location.getLine() < 1) continue;
      json.writeStartObject();
      json.writeNumberField("line", location.getLine());
      json.writeNumberField("column", location.getColumn());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeValue(JsonGenerator json, Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (var entry : map.entrySet()) {
        json.writeFieldName((String) entry.getKey());
        writeValue(json, entry.getValue());
      }
      json.writeEndObject();
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      for (var item : list) writeValue(json, item);
      json.writeEndArray();
    } else if (value instanceof PlainList list) {
      list.write(json);
    } else {
      PlainLeaf.writeLeaf(json, value);
    }
  }
}
