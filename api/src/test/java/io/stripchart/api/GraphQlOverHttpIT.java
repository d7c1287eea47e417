package io.stripchart.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The behaviour that the GraphQL over HTTP specification's audits ask for. */
@Timeout(120)
class GraphQlOverHttpIT {
  private static final String GRAPHQL = "application/graphql-response+json";
  private static final String JSON = "application/json";
  private static final String TYPENAME = "{\"query\":\"{ __typename }\"}";

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static RunningApi api;

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    var settings =
        new ApiSettings(
            0,
            "satellite.temperature",
            Duration.ofSeconds(3),
            100,
            Set.of("https://friend.example"));
    api = new RunningApi(settings, broker.uri(), database.uri());
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static String type(HttpResponse<?> response) {
    return response.headers().firstValue("content-type").orElse("none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/graphql-response+json|application/graphql-response+json",
        "application/json|application/json",
        "*/*|application/json",
        "application/*|application/json",
        "application/json, multipart/mixed|application/json",
        "application/graphql-response+json, application/json;q=0.9|application/graphql-response+json",
        "application/json, application/graphql-response+json;q=0.9|application/json",
        "application/json;charset=utf-8|application/json",
        "text/html, */*;q=0.1|application/json",
      })
  void answersByTheMediaTypeThatIsAccepted(String accept, String type) {
    var response = api.post(TYPENAME, accept);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(type(response)).isEqualTo(type + "; charset=utf-8");
    assertThat(response.body()).isEqualTo("{\"data\":{\"__typename\":\"Query\"}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "application/json;q=0", "application/json;charset=latin1"})
  void refusesToAnswerOtherwise(String accept) {
    assertThat(api.post(TYPENAME, accept).statusCode()).isEqualTo(406);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin1",
        "application/graphql",
      })
  void takesNoOtherContent(String type) {
    var response =
        api.send(
            HttpRequest.newBuilder(api.uri("/graphql"))
                .header("content-type", type)
                .POST(BodyPublishers.ofString(TYPENAME)));
    assertThat(response.statusCode()).isEqualTo(415);
  }

  @Test
  void takesNoContentWithoutItsType() {
    var response =
        api.send(
            HttpRequest.newBuilder(api.uri("/graphql")).POST(BodyPublishers.ofString(TYPENAME)));
    assertThat(response.statusCode()).isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "[]",
        "[{\"query\": \"{ __typename }\"}]",
        "5",
        "null",
        "{}",
        "{\"query\": null}",
        "{\"query\": 5}",
        "{\"query\": {}}",
        "{\"query\": \"{ __typename }\", \"operationName\": 5}",
        "{\"query\": \"{ __typename }\", \"variables\": 5}",
        "{\"query\": \"{ __typename }\", \"variables\": []}",
        "{\"query\": \"{ __typename }\", \"variables\": \"{}\"}",
        "{\"query\": \"{ __typename }\", \"extensions\": []}",
      })
  void refusesWhatIsNoRequest(String body) {
    for (var accept : new String[] {JSON, GRAPHQL}) {
      var response = api.post(body, accept);
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(new JsonObject(response.body()).getJsonArray("errors")).hasSize(1);
      assertThat(new JsonObject(response.body()).containsKey("data")).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"query\": \"{ \"}",
        "{\"query\": \"{ nope }\"}",
        "{\"query\": \"query A { __typename } query B { __typename }\"}",
        "{\"query\": \"query A { __typename }\", \"operationName\": \"B\"}",
        "{\"query\": \"query A($n: Int!) { series(first: $n) { edges { cursor } } }\"}",
        "{\"query\": \"query A($t: DateTime) { temperatureStatistics(after: $t) { count } }\", \"variables\": {\"t\": \"now\"}}",
      })
  void tellsADocumentsErrorsByTheStatusOnlyWhereThatIsUnderstood(String body) {
    assertThat(api.post(body, JSON).statusCode()).isEqualTo(200);
    var response = api.post(body, GRAPHQL);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(new JsonObject(response.body()).containsKey("data")).isFalse();
  }

  @Test
  void answersAFailedFieldWithTheStatusOfSuccess() {
    var response =
        api.post(
            "{\"query\": \"{ currentTemperature(series: \\\"a..b\\\") { value } }\"}", GRAPHQL);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(new JsonObject(response.body()).getJsonObject("data"))
        .isEqualTo(new JsonObject().putNull("currentTemperature"));
  }

  private static HttpResponse<String> get(String parameters) {
    return api.send(HttpRequest.newBuilder(api.uri("/graphql" + parameters)).GET());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  @Test
  void takesAQueryByGet() {
    assertThat(get("?query=" + encoded("{ __typename }")).body())
        .isEqualTo("{\"data\":{\"__typename\":\"Query\"}}");
    var response =
        get(
            "?query="
                + encoded("query A($s: String) { currentTemperature(series: $s) { value } }")
                + "&operationName=A&variables="
                + encoded("{\"s\": \"none\"}"));
    assertThat(response.body()).isEqualTo("{\"data\":{\"currentTemperature\":null}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?variables=5&query=%7B__typename%7D",
        "?query=%7B__typename%7D&variables=nonsense"
      })
  void refusesAGetThatIsNoRequest(String parameters) {
    assertThat(get(parameters).statusCode()).isEqualTo(400);
  }

  /** The other client would not send it. */
  @ParameterizedTest
  @ValueSource(strings = {"?query=%zz", "?query=%7B__typename%7D&variables=%"})
  void refusesAQueryStringThatIsMalformed(String parameters) {
    var body =
        RunningApi.await(
            api.vertx()
                .createHttpClient()
                .request(HttpMethod.GET, api.port(), "127.0.0.1", "/graphql" + parameters)
                .compose(request -> request.send())
                .compose(
                    response -> {
                      assertThat(response.statusCode()).isEqualTo(400);
                      return response.body();
                    }));
    assertThat(body.toString()).contains("two hexadecimal digits");
  }

  @Test
  void changesNothingByGet() {
    var response =
        get("?query=" + encoded("mutation { record(series: \"got\", value: 1) { value } }"));
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).contains("POST");
  }

  @Test
  void refusesASubscription() {
    assertThat(api.error("subscription { temperature }")).contains("websocket");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "PATCH", "OPTIONS"})
  void knowsNoOtherMethod(String method) {
    var response =
        api.send(
            HttpRequest.newBuilder(api.uri("/graphql")).method(method, BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).contains("GET, POST");
  }

  @Test
  void refusesABodyThatIsTooLarge() {
    var body =
        "{\"query\":\"{ __typename }\",\"variables\":{\"x\":\"" + "x".repeat(300_000) + "\"}}";
    assertThat(api.post(body, JSON).statusCode()).isEqualTo(413);
  }

  @Test
  void refusesAQueryThatIsTooLarge() {
    var query = "{ __typename }" + " ".repeat(65_536);
    var response = api.post(new JsonObject().put("query", query).encode(), JSON);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("65536");
  }

  @Test
  void allowsPagesOfNamedOriginsOnly() {
    assertThat(allowedOrigin("https://friend.example")).contains("https://friend.example");
    assertThat(allowedOrigin("https://evil.example")).isEmpty();
  }

  private static java.util.Optional<String> allowedOrigin(String origin) {
    return api.send(
            HttpRequest.newBuilder(api.uri("/graphql"))
                .header("origin", origin)
                .header("access-control-request-method", "POST")
                .method("OPTIONS", BodyPublishers.noBody()))
        .headers()
        .firstValue("access-control-allow-origin");
  }

  @Test
  void servesTheSchemaWithADescriptionOfEverything() {
    var response = api.send(HttpRequest.newBuilder(api.uri("/schema.graphql")).GET());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("type Query", "scalar DateTime");
  }

  @Test
  void servesAPageThatReachesThisServerOnly() {
    var redirect = api.send(HttpRequest.newBuilder(api.uri("/")).GET());
    assertThat(redirect.headers().firstValue("location")).contains("graphiql/");
    var page = api.send(HttpRequest.newBuilder(api.uri("/graphiql/")).GET());
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).doesNotContain("http://", "https://").contains("./static/js/main");
    assertThat(page.headers().firstValue("content-security-policy").orElse(""))
        .contains("connect-src 'self'");
  }

  @Test
  void servesAPageThatStaysBelowThePrefixOfAProxy() {
    var page = api.get("/graphiql/").body();
    assertThat(page).contains("new URL(\"../graphql\",location.href)");
    assertThat(page).doesNotContain("\"/graphql\"", "__VERTX");
    var untrusted = api.get("/graphiql/", "x-forwarded-prefix", "/sc").body();
    assertThat(untrusted).isEqualTo(page);
  }

  @Test
  void takesRequestsThatAreCompressed() throws Exception {
    var json = "{\"query\":\"{__typename}\"}";
    assertThat(postEncoded("gzip", gzip(json)).body()).contains("\"__typename\":\"Query\"");
    assertThat(postEncoded("x-gzip", gzip(json)).statusCode()).isEqualTo(200);
    var bomb = gzip(json + " ".repeat(50_000_000));
    assertThat(postEncoded("gzip", bomb).statusCode()).isEqualTo(413);
    var plain = postEncoded("gzip", json.getBytes(UTF_8));
    assertThat(plain.statusCode()).isEqualTo(400);
    assertThat(plain.body()).contains("body: is not gzip");
    var other = postEncoded("br", json.getBytes(UTF_8));
    assertThat(other.statusCode()).isEqualTo(415);
    assertThat(other.headers().firstValue("accept-encoding")).contains("gzip");
  }

  private static HttpResponse<String> postEncoded(String encoding, byte[] body) {
    return api.send(
        HttpRequest.newBuilder(api.uri("/graphql"))
            .headers("content-type", "application/json", "content-encoding", encoding)
            .POST(BodyPublishers.ofByteArray(body)));
  }

  private static byte[] gzip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void allowsTheHeadersOfClientsToNamedOrigins() {
    var asked = "content-type,authorization,apollographql-client-name";
    var answer =
        api.send(
            HttpRequest.newBuilder(api.uri("/graphql"))
                .header("origin", "https://friend.example")
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", asked)
                .method("OPTIONS", BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("access-control-allow-headers")).contains(asked);
    assertThat(answer.headers().firstValue("access-control-max-age")).isPresent();
    assertThat(answer.headers().allValues("vary")).contains("origin");
  }

  @Test
  void executesTheStandardIntrospection() {
    var query = graphql.introspection.IntrospectionQuery.INTROSPECTION_QUERY;
    var answer = api.ask(new JsonObject().put("query", query));
    assertThat(answer.containsKey("errors")).isFalse();
    assertThat(answer.encode()).contains("averageTemperature");
  }
}
