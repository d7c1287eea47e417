package io.stripchart.api.graphql;

import com.fasterxml.jackson.core.JsonGenerator;
import graphql.ExecutionResult;
import graphql.GraphQLError;
import graphql.language.SourceLocation;
import io.stripchart.api.graphql.plain.AnswerBudget;
import io.stripchart.api.graphql.plain.JsonPieces;
import io.stripchart.api.graphql.plain.JsonPieces.Writer;
import io.stripchart.api.graphql.plain.PlainLeaf;
import io.stripchart.common.reading.ReadingTime;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Writes answers. */
public final class ResultJson {
  private ResultJson() {}

  /**
   * The answer as the specification has it: errors, data where it was executed.
   *
   * @throws io.stripchart.api.ApiException if it is too large
   */
  public static JsonPieces answer(AnswerBudget budget, ExecutionResult result) {
    return JsonPieces.of(budget, writer -> write(writer, result, Missed.Told.NOTHING));
  }

  /**
   * A message with a response.
   *
   * @param id of the operation
   * @param missed extensions to send with it, if any
   * @throws io.stripchart.api.ApiException if it is too large
   */
  public static JsonPieces message(
      AnswerBudget budget, String type, String id, ExecutionResult result, Missed.Told missed) {
    return JsonPieces.of(
        budget,
        writer -> {
          var json = writer.json();
          json.writeStartObject();
          json.writeStringField("id", id);
          json.writeStringField("type", type);
          json.writeFieldName("payload");
          write(writer, result, missed);
          json.writeEndObject();
        });
  }

  /** A message that carries errors alone. */
  public static JsonPieces errors(
      AnswerBudget budget, String type, String id, List<GraphQLError> errors) {
    return JsonPieces.of(
        budget,
        writer -> {
          var json = writer.json();
          json.writeStartObject();
          json.writeStringField("id", id);
          json.writeStringField("type", type);
          json.writeFieldName("payload");
          writeErrors(writer, errors);
          json.writeEndObject();
        });
  }

  /** A message that carries one error, as the legacy protocol has it. */
  public static JsonPieces error(AnswerBudget budget, String type, String id, GraphQLError error) {
    return JsonPieces.of(
        budget,
        writer -> {
          var json = writer.json();
          json.writeStartObject();
          json.writeStringField("id", id);
          json.writeStringField("type", type);
          json.writeFieldName("payload");
          writeError(writer, error);
          json.writeEndObject();
        });
  }

  private static void write(Writer writer, ExecutionResult result, Missed.Told missed)
      throws IOException {
    var json = writer.json();
    json.writeStartObject();
    if (!result.getErrors().isEmpty()) {
      json.writeFieldName("errors");
      writeErrors(writer, result.getErrors());
    }
    if (result.isDataPresent()) {
      json.writeFieldName("data");
      writeValue(writer, result.getData());
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

  private static void writeErrors(Writer writer, List<GraphQLError> errors) throws IOException {
    var json = writer.json();
    json.writeStartArray();
    for (var error : errors) writeError(writer, error);
    json.writeEndArray();
  }

  private static void writeError(Writer writer, GraphQLError error) throws IOException {
    var json = writer.json();
    json.writeStartObject();
    json.writeStringField("message", error.getMessage());
    var locations = error.getLocations();
    if (locations != null && !locations.isEmpty()) writeLocations(json, locations);
    if (error.getPath() != null) {
      json.writeFieldName("path");
      writeValue(writer, error.getPath());
    }
    // Those of graphql-java's own errors say nothing that the message does not.
    if (error instanceof Failure && error.getExtensions() != null) {
      json.writeFieldName("extensions");
      writeValue(writer, error.getExtensions());
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

  private static void writeValue(Writer writer, Object value) throws IOException {
    var json = writer.json();
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (var entry : map.entrySet()) {
        json.writeFieldName((String) entry.getKey());
        writeValue(writer, entry.getValue());
      }
      json.writeEndObject();
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      for (var item : list) writeValue(writer, item);
      json.writeEndArray();
    } else if (value instanceof JsonPieces written) {
      writer.value(written);
    } else {
      PlainLeaf.writeLeaf(json, value);
    }
  }
}
