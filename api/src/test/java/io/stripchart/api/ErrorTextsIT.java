package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.testing.OpenApiDocument;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors say what is wrong, where, and what is expected; similar errors have similar texts. */
@Timeout(120)
class ErrorTextsIT {
  private static final String REVERSED =
      "from: \"2026-11-03T00:00:00Z\", to: \"2026-11-02T00:00:00Z\"";

  private static final OpenApiDocument DOCUMENT = OpenApiDocument.of(ApiServer.class);

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static RunningApi api;

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    Seed.partition(database, "2026-11-02", "2026-11-03");
    Seed.readings(database, "a.b", "2026-11-02T00:00:00Z", 3);
    database.execute("insert into factory (id, name) values (1, 'one')");
    api = new RunningApi(broker.uri(), database.uri());
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "series(pattern: \"\") { edges { cursor } }|pattern: must not be empty; # matches every series",
        "series(pattern: \"a..b\") { edges { cursor } }|pattern \"a..b\": empty word at position 2",
        "series(after: \"a..b\") { edges { cursor } }|after: series \"a..b\": empty word at position 2",
        "statistics(series: \"\") { count }|series: must not be empty; # matches every series",
        "statistics(series: \"a..b\") { count }|series: pattern \"a..b\": empty word at position 2",
        "currentTemperature(series: \"\") { value }|series: must not be empty",
        "currentTemperature(series: \"a..b\") { value }|series \"a..b\": empty word at position 2",
        "nothing { a }|Field 'nothing' in type 'Query' is undefined",
        "currentTemperature(series: 5) { value }|argument 'series' is not a valid 'String' - Expected"
            + " 'String' but it was a 'Int'",
      })
  void namesTheArgumentOnce(String field, String message) {
    assertThat(api.error("{ " + field + " }")).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/series?pattern=|pattern: must not be empty; # matches every series",
        "/series?pattern=a..b|pattern \"a..b\": empty word at position 2",
      })
  void namesTheParameterOnce(String path, String message) {
    assertThat(new JsonObject(api.get(path).body()).getString("detail")).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ statistics(series: \"a.#\", WINDOW) { count } }",
        "{ chart(series: \"a.b\", pixels: 5, WINDOW) { value } }",
        "{ series { nodes { statistics(WINDOW) { count } } } }",
        "{ series { nodes { readings(first: 5, WINDOW) { nodes { value } } } } }",
        "{ series { nodes { buckets(width: \"P1D\", WINDOW) { mean } } } }",
        "{ factory(id: 1) { chartData(WINDOW) { actual } } }",
        "{ factory(id: 1) { attainment(WINDOW) } }",
      })
  void refusesAWindowThatIsReversedOrEmpty(String document) {
    var equal = "from: \"2026-11-02T00:00:00Z\", to: \"2026-11-02T00:00:00Z\"";
    for (var window : new String[] {REVERSED, equal}) {
      assertThat(api.error(document.replace("WINDOW", window)))
          .contains("to: must be after from, which is ");
    }
  }

  @Test
  void refusesItUnderOtherNamesToo() {
    var window = "after: \"2026-11-03T00:00:00Z\", before: \"2026-11-02T00:00:00Z\"";
    for (var field : new String[] {"temperatureStatistics", "temperatureMeasurements"}) {
      assertThat(api.error("{ %s(%s) { __typename } }".formatted(field, window)))
          .isEqualTo(
              "before: must be after after, which is 2026-11-03T00:00:00Z, is 2026-11-02T00:00:00Z");
    }
  }

  static Stream<String> windows() {
    var operations = DOCUMENT.operationsWith("from", "to");
    assertThat(operations).contains("DELETE /series/{name}/readings").hasSizeGreaterThan(5);
    return operations.stream();
  }

  /** Sends an operation of the OpenAPI document. */
  private static HttpResponse<String> send(String operation, String query, String body) {
    var words = operation.split(" ", 2);
    var path = words[1].replace("{name}", "a.b").replace("{id}", "1");
    var sent = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    return api.send(
        HttpRequest.newBuilder(api.uri(path + query))
            .header("content-type", "application/json")
            .method(words[0], sent));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void refusesItAtEveryPath(String operation) {
    var width = operation.endsWith("/buckets") ? "&width=P1D" : "";
    for (var from : List.of("2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z")) {
      var response = send(operation, "?from=" + from + "&to=2026-11-02T00:00:00Z" + width, null);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
      var problem = new JsonObject(response.body());
      assertThat(problem.getString("parameter")).isEqualTo("to");
      assertThat(problem.getString("detail"))
          .isEqualTo("to: must be after from, which is " + from + ", is 2026-11-02T00:00:00Z");
    }
  }

  static Stream<String> arrays() {
    return DOCUMENT.operationsOnArrays().stream();
  }

  @ParameterizedTest
  @MethodSource("arrays")
  void takesNothingFromAnEmptyArray(String operation) {
    var response = send(operation, "", "[]");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    assertThat(response.body()).isEqualTo("{\"accepted\":0}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{}]|the body must be a JSON object with a query, is an array; batches are not taken",
        "5|the body must be a JSON object with a query, is a number",
        "\"{}\"|the body must be a JSON object with a query, is a string",
        "null|the body must be a JSON object with a query, is null",
        "{\"query\":|the body is not JSON, at line 1, column 10",
        "{}|query: is missing",
        "{\"query\":5}|query: must be a string, is a number",
        "{\"query\":\"{a}\",\"variables\":\"{}\"}|variables: must be an object, is a string",
        "{\"query\":\"{a}\",\"variables\":[]}|variables: must be an object, is an array",
        "{\"query\":\"{a}\",\"extensions\":true}|extensions: must be an object, is true or false",
      })
  void saysWhatABodyIs(String body, String message) {
    var response = api.post(body, "application/json");
    assertThat(response.statusCode()).isEqualTo(400);
    var error = new JsonObject(response.body()).getJsonArray("errors").getJsonObject(0);
    assertThat(error.getString("message")).startsWith(message);
  }

  @Test
  void saysThatABodyIsCompressed() throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write("{\"query\":\"{ __typename }\"}".getBytes(StandardCharsets.UTF_8));
    }
    var request =
        HttpRequest.newBuilder(api.uri("/graphql"))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofByteArray(bytes.toByteArray()));
    assertThat(api.send(request).body()).contains("compressed by gzip", "Content-Encoding");
  }

  @Test
  void saysWhichVariableIsWrong() {
    var request =
        new JsonObject()
            .put("query", "query A($n: Int) { temperatureMeasurements(first: $n) { value } }")
            .put("variables", new JsonObject().put("n", "many"));
    assertThat(api.ask(request).encode()).contains("Variable 'n' has an invalid value");
    assertThat(
            api.get(
                    "/graphql?query="
                        + URLEncoder.encode("{a}", StandardCharsets.UTF_8)
                        + "&variables=x")
                .body())
        .contains("variables: is not JSON");
  }

  @Test
  void takesNoPointsAndTellsOfWrongOnes() {
    assertThat(api.data("mutation { appendChartData(id: 1, points: []) { accepted } }"))
        .isEqualTo(new JsonObject("{\"appendChartData\": {\"accepted\": 0}}"));
    assertThat(
            api.error(
                "mutation { appendChartData(id: 1, points: [{time: \"2026-11-02T00:00:00Z\"},"
                    + " {time: \"2026-11-02T00:00:00Z\"}]) { accepted } }"))
        .startsWith("points[1]: time: must be another one");
  }
}
