package io.stripchart.api.graphql;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** Reads requests, which are JSON objects. */
public final class RequestJson {
  /** Characters of a query at most. */
  public static final int MAX_QUERY = 64 * 1024;

  private RequestJson() {}

  /**
   * @throws MalformedRequestException where it is no request
   */
  public static GraphQlRequest read(Buffer body) {
    if (body.length() == 0) {
      throw new MalformedRequestException("the body is empty; must be a JSON object with a query");
    }
    Object json;
    try {
      json = Json.decodeValue(body);
    } catch (DecodeException e) {
      throw new MalformedRequestException("the body is not JSON");
    }
    if (!(json instanceof JsonObject object)) {
      throw new MalformedRequestException("the body must be a JSON object; batches are not taken");
    }
    return read(object);
  }

  /**
   * @throws MalformedRequestException where it is no request
   */
  public static GraphQlRequest read(JsonObject object) {
    map("extensions", object.getValue("extensions"));
    return request(
        object.getValue("query"),
        object.getValue("operationName"),
        map("variables", object.getValue("variables")));
  }

  /**
   * A request of the parameters of a URL.
   *
   * @param variables JSON, as {@code extensions}; null where they are not given
   * @throws MalformedRequestException where it is no request
   */
  public static GraphQlRequest read(
      String query, String operationName, String variables, String extensions) {
    map("extensions", decoded("extensions", extensions));
    return request(query, operationName, map("variables", decoded("variables", variables)));
  }

  private static Object decoded(String name, String text) {
    if (text == null || text.isEmpty()) return null;
    try {
      return Json.decodeValue(text);
    } catch (DecodeException e) {
      throw new MalformedRequestException(name + ": is not JSON");
    }
  }

  private static GraphQlRequest request(
      Object query, Object operationName, Map<String, Object> variables) {
    if (!(query instanceof String text)) {
      throw new MalformedRequestException(
          query == null ? "query: is missing" : "query: must be a string");
    }
    if (text.length() > MAX_QUERY) {
      throw new MalformedRequestException(
          "query: at most " + MAX_QUERY + " characters, has " + text.length());
    }
    if (operationName != null && !(operationName instanceof String)) {
      throw new MalformedRequestException("operationName: must be a string");
    }
    return new GraphQlRequest(text, (String) operationName, variables);
  }

  private static Map<String, Object> map(String name, Object value) {
    if (value == null) return Map.of();
    if (value instanceof JsonObject object) return object.getMap();
    throw new MalformedRequestException(name + ": must be an object");
  }
}
