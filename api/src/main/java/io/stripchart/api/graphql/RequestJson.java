package io.stripchart.api.graphql;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** Reads requests, which are JSON objects. */
public final class RequestJson {
  /** Characters of a query at most. */
  public static final int MAX_QUERY = 64 * 1024;

  private RequestJson() {}

  /**
   * @throws MalformedRequestException if it is not a valid request
   */
  public static GraphQlRequest read(Buffer body) {
    if (body.length() == 0) {
      throw new MalformedRequestException("the body is empty; must be a JSON object with a query");
    }
    var json = decoded(body);
    if (!(json instanceof JsonObject object)) {
      var batch = json instanceof JsonArray ? "; batches are not taken" : "";
      throw new MalformedRequestException(
          "the body must be a JSON object with a query, is " + kind(json) + batch);
    }
    return read(object);
  }

  private static Object decoded(Buffer body) {
    try {
      return Json.decodeValue(body);
    } catch (DecodeException e) {
      boolean isGzip =
          body.length() > 1 && body.getByte(0) == 0x1F && body.getByte(1) == (byte) 0x8B;
      throw new MalformedRequestException(
          isGzip
              ? "the body is compressed by gzip; Content-Encoding: gzip must say so"
              : "the body is not JSON" + place(e.getCause()));
    }
  }

  private static String place(Throwable cause) {
    if (!(cause instanceof JsonProcessingException known) || known.getLocation() == null) return "";
    var place = known.getLocation();
    return ", at line " + place.getLineNr() + ", column " + place.getColumnNr();
  }

  private static String kind(Object json) {
    if (json == null) return "null";
    if (json instanceof JsonObject || json instanceof Map) return "an object";
    if (json instanceof JsonArray || json instanceof List) return "an array";
    if (json instanceof Number) return "a number";
    return json instanceof Boolean ? "true or false" : "a string";
  }

  /**
   * @throws MalformedRequestException if it is not a valid request
   */
  public static GraphQlRequest read(JsonObject object) {
    return request(
        object.getValue("query"),
        hash(map("extensions", object.getValue("extensions"))),
        object.getValue("operationName"),
        map("variables", object.getValue("variables")));
  }

  /** Whether a query is there, or the hash of one, be they right or wrong. */
  public static boolean hasQuery(JsonObject object) {
    return object.getValue("query") instanceof String
        || (object.getValue("extensions") instanceof JsonObject extensions
            && extensions.getValue("persistedQuery") instanceof JsonObject);
  }

  /**
   * A request in the parameters of a URL.
   *
   * @param variables JSON, as {@code extensions}; null if they are not given
   * @throws MalformedRequestException if it is not a valid request
   */
  public static GraphQlRequest read(
      String query, String operationName, String variables, String extensions) {
    return request(
        query,
        hash(map("extensions", decoded("extensions", extensions))),
        operationName,
        map("variables", decoded("variables", variables)));
  }

  private static Object decoded(String name, String text) {
    if (text == null || text.isEmpty()) return null;
    try {
      return Json.decodeValue(text);
    } catch (DecodeException e) {
      throw new MalformedRequestException(name + ": is not JSON");
    }
  }

  /** Null if the query is not persisted. */
  private static String hash(Map<String, Object> extensions) {
    var persisted = extensions.get("persistedQuery");
    if (persisted == null) return null;
    var members = map("extensions.persistedQuery", persisted);
    if (!(members.get("version") instanceof Number version) || version.doubleValue() != 1) {
      throw new MalformedRequestException("extensions.persistedQuery.version: must be 1");
    }
    if (!(members.get("sha256Hash") instanceof String hash)) {
      throw new MalformedRequestException(
          "extensions.persistedQuery.sha256Hash: must be a string, is "
              + kind(members.get("sha256Hash")));
    }
    PersistedQueries.check(hash);
    return hash;
  }

  private static GraphQlRequest request(
      Object query, String hash, Object operationName, Map<String, Object> variables) {
    if (operationName != null && !(operationName instanceof String)) {
      throw new MalformedRequestException(
          "operationName: must be a string, is " + kind(operationName));
    }
    // Some clients send an empty one beside the hash.
    boolean isHashAlone = hash != null && (query == null || query.equals(""));
    var text = isHashAlone ? null : text(query);
    if (hash != null && text != null) PersistedQueries.check(hash, text);
    return new GraphQlRequest(text, hash, (String) operationName, variables);
  }

  private static String text(Object query) {
    if (!(query instanceof String text)) {
      throw new MalformedRequestException(
          query == null ? "query: is missing" : "query: must be a string, is " + kind(query));
    }
    if (text.length() > MAX_QUERY) {
      throw new MalformedRequestException(
          "query: at most " + MAX_QUERY + " characters, has " + text.length());
    }
    return text;
  }

  @SuppressWarnings("unchecked") // Members of JSON have names.
  private static Map<String, Object> map(String name, Object value) {
    if (value == null) return Map.of();
    if (value instanceof JsonObject object) return object.getMap();
    if (value instanceof Map<?, ?> members) return (Map<String, Object>) members;
    throw new MalformedRequestException(name + ": must be an object, is " + kind(value));
  }
}
