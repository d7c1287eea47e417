package io.stripchart.testing;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * An OpenAPI 3.1 document, and which of the answers that it promises a test has seen.
 *
 * <p>An answer is named like {@code GET /series/{name}/readings 200}.
 */
public final class OpenApiDocument {
  private static final String META_SCHEMA = "/spec.openapis.org/oas/3.1/schema/2022-10-07";
  private static final JsonSchemaOptions OPTIONS =
      new JsonSchemaOptions()
          .setDraft(Draft.DRAFT202012)
          .setBaseUri("urn:stripchart")
          .setOutputFormat(OutputFormat.Basic);

  private final JsonObject document;
  private final Set<String> seen = new TreeSet<>();

  /**
   * A received response.
   *
   * @param headers by their names in lower case
   */
  public record Answer(int status, Map<String, String> headers, String body) {
    public static Answer of(HttpResponse<String> response) {
      var headers = new HashMap<String, String>();
      response.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
      return new Answer(response.statusCode(), headers, response.body());
    }

    /**
     * Reads one from a connection, which may stay open.
     *
     * @throws IOException if it ends before the answer does
     */
    public static Answer read(InputStream connection) throws IOException {
      var text = new StringBuilder();
      while (text.indexOf("\r\n\r\n") < 0) text.append((char) next(connection));
      var head = parsed(text.toString());
      int length = Integer.parseInt(head.headers.getOrDefault("content-length", "0"));
      var body = new String(connection.readNBytes(length), StandardCharsets.UTF_8);
      return new Answer(head.status, head.headers, body);
    }

    private static int next(InputStream connection) throws IOException {
      int next = connection.read();
      if (next < 0) throw new EOFException("the connection ended before the answer");
      return next;
    }

    private static Answer parsed(String text) {
      int end = text.indexOf("\r\n\r\n");
      var lines = text.substring(0, end).lines().toList();
      var headers = new HashMap<String, String>();
      for (var line : lines.subList(1, lines.size())) {
        int colon = line.indexOf(':');
        var name = line.substring(0, colon).toLowerCase(Locale.ROOT);
        headers.put(name, line.substring(colon + 1).strip());
      }
      int status = Integer.parseInt(lines.get(0).split(" ", 3)[1]);
      return new Answer(status, headers, text.substring(end + 4));
    }
  }

  public OpenApiDocument(String json) {
    this.document = new JsonObject(json);
  }

  /** The document that lies beside the class of a server. */
  public static OpenApiDocument of(Class<?> server) {
    try (var file = server.getResourceAsStream("openapi.json")) {
      return new OpenApiDocument(new String(file.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * @throws AssertionError if it is not a valid OpenAPI 3.1 document
   */
  public void checkValid() {
    check(new JsonObject(resource(META_SCHEMA)), document, "the document");
  }

  private static String resource(String name) {
    try (var file = OpenApiDocument.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Documented operations, like {@code GET /series/{name}/readings}. */
  public Set<String> operations() {
    var operations = new TreeSet<String>();
    for (var path : document.getJsonObject("paths"))
      for (var method : ((JsonObject) path.getValue()).fieldNames())
        operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
    return operations;
  }

  /**
   * Operations that have all these parameters of a URL, like {@code GET /series/{name}/readings}.
   */
  public Set<String> operationsWith(String... parameters) {
    var found = operations();
    found.removeIf(operation -> !parameters(operation).containsAll(Set.of(parameters)));
    return found;
  }

  private Set<String> parameters(String operation) {
    var names = new TreeSet<String>();
    for (var parameter : operation(operation).getJsonArray("parameters", new JsonArray())) {
      names.add(resolved((JsonObject) parameter).getString("name"));
    }
    return names;
  }

  /** Operations whose body may be an array. */
  public Set<String> operationsOnArrays() {
    var found = operations();
    found.removeIf(operation -> !takesArray(operation));
    return found;
  }

  private boolean takesArray(String operation) {
    var body = operation(operation).getJsonObject("requestBody");
    if (body == null) return false;
    var schema =
        resolved(body)
            .getJsonObject("content")
            .getJsonObject("application/json")
            .getJsonObject("schema");
    return takesArray(resolved(schema));
  }

  private boolean takesArray(JsonObject schema) {
    if ("array".equals(schema.getValue("type"))) return true;
    for (var choice : List.of("anyOf", "oneOf")) {
      for (var one : schema.getJsonArray(choice, new JsonArray())) {
        if (takesArray(resolved((JsonObject) one))) return true;
      }
    }
    return false;
  }

  private JsonObject operation(String operation) {
    var words = operation.split(" ", 2);
    return document
        .getJsonObject("paths")
        .getJsonObject(words[1])
        .getJsonObject(words[0].toLowerCase(Locale.ROOT));
  }

  /**
   * Notes an answer.
   *
   * @param method and path, like {@code GET /series/{name}/readings}
   * @throws AssertionError if that is not documented, or the body, the media type or a header is
   *     not as documented
   */
  public void see(String method, String path, Answer answer) {
    var name = method + " " + path + " " + answer.status();
    var response = response(method, path, answer.status());
    if (response == null) throw new AssertionError(name + " is not documented: " + answer.body());
    var headers = response.getJsonObject("headers", new JsonObject()).fieldNames();
    checkHeaders(name, headers, answer);
    var content = response.getJsonObject("content");
    if (content == null) {
      if (!answer.body().isEmpty())
        throw new AssertionError(name + " has a body: " + answer.body());
    } else {
      checkBody(name, content, answer);
    }
    seen.add(name);
  }

  private static void checkHeaders(String name, Set<String> headers, Answer answer) {
    for (var header : headers) {
      // Of pages only those that have others beside them, and of streams none.
      boolean always = !header.equals("Link") && !(header.equals("ETag") && isStream(answer));
      if (always && !answer.headers().containsKey(header.toLowerCase(Locale.ROOT)))
        throw new AssertionError(name + " has no header " + header + ": " + answer.headers());
    }
  }

  private static boolean isStream(Answer answer) {
    return answer.headers().containsKey("transfer-encoding");
  }

  private void checkBody(String name, JsonObject content, Answer answer) {
    var mediaType = answer.headers().getOrDefault("content-type", "none").split(";", 2)[0];
    var documented = content.getJsonObject(mediaType);
    if (documented == null) throw new AssertionError(name + " is of " + mediaType);
    if (mediaType.equals("application/json") || mediaType.endsWith("+json"))
      check(schema(documented), Json.decodeValue(answer.body()), name);
    seen.add(name + " " + mediaType);
  }

  /**
   * A schema of the document with the schemas that it refers to; a copy, as its reader modifies it.
   */
  private JsonObject schema(JsonObject documented) {
    return new JsonObject()
        .put("$id", "urn:stripchart:document")
        .put("components", document.getJsonObject("components").copy())
        .mergeIn(documented.getJsonObject("schema").copy());
  }

  private static void check(JsonObject schema, Object json, String what) {
    var result = Validator.create(JsonSchema.of(schema), OPTIONS).validate(json);
    if (!result.getValid())
      throw new AssertionError(
          what + " does not fit its schema: " + result.getErrors() + " in " + json);
  }

  private JsonObject response(String method, String path, int status) {
    var item = document.getJsonObject("paths").getJsonObject(path);
    var operation = item == null ? null : item.getJsonObject(method.toLowerCase(Locale.ROOT));
    if (operation == null) return null;
    var response = operation.getJsonObject("responses").getJsonObject(Integer.toString(status));
    return response == null ? null : resolved(response);
  }

  private JsonObject resolved(JsonObject object) {
    var reference = object.getString("$ref");
    if (reference == null) return object;
    var found = document;
    for (var step : reference.substring(2).split("/", -1)) found = found.getJsonObject(step);
    return found;
  }

  /** Documented responses and media types of responses that no test has seen. */
  public Set<String> unseen() {
    var unseen = new TreeSet<String>();
    for (var path : document.getJsonObject("paths")) {
      for (var operation : (JsonObject) path.getValue()) {
        if (operation.getKey().equals("parameters")) continue;
        var name = operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey();
        var responses = ((JsonObject) operation.getValue()).getJsonObject("responses");
        for (var response : responses) addAnswers(name, response, unseen);
      }
    }
    unseen.removeAll(seen);
    return unseen;
  }

  private void addAnswers(String name, Map.Entry<String, Object> response, Set<String> answers) {
    // Marks responses that a test cannot cause: bugs.
    if (response.getKey().equals("default")) return;
    var answer = name + " " + response.getKey();
    answers.add(answer);
    var content = resolved((JsonObject) response.getValue()).getJsonObject("content");
    if (content != null) content.fieldNames().forEach(type -> answers.add(answer + " " + type));
  }

  /** Whether each example of an answer fits its schema. */
  public void checkExamples() {
    document
        .getJsonObject("paths")
        .forEach(
            path ->
                ((JsonObject) path.getValue())
                    .forEach(operation -> checkExamples(path.getKey(), operation)));
  }

  private void checkExamples(String path, Map.Entry<String, Object> operation) {
    var name = operation.getKey() + " " + path;
    var described = (JsonObject) operation.getValue();
    described
        .getJsonObject("responses")
        .forEach(
            response -> {
              var content = resolved((JsonObject) response.getValue()).getJsonObject("content");
              if (content != null) checkExamples(name + " " + response.getKey(), content);
            });
    var body = described.getJsonObject("requestBody");
    if (body != null) checkExamples(name + " body", resolved(body).getJsonObject("content"));
  }

  private void checkExamples(String name, JsonObject content) {
    for (var type : content) {
      var described = (JsonObject) type.getValue();
      if (described.containsKey("example"))
        check(schema(described), described.getValue("example"), "the example of " + name);
      for (var example : described.getJsonObject("examples", new JsonObject()))
        check(
            schema(described),
            ((JsonObject) example.getValue()).getValue("value"),
            "the example " + example.getKey() + " of " + name);
    }
  }
}
