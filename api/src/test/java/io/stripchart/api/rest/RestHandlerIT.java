package io.stripchart.api.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.api.AnswerMemory;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.http.BoundedBody;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers of a body, and of a kept connection. */
@Tag("brokerless")
@Timeout(60)
class RestHandlerIT {
  private static final Reply KEPT = Reply.Kept.of("{\"kept\":1}", Map.of("next", "/b"));

  private static final RestPaths PATHS =
      RestPaths.read("/a/{b}/c").and("/a", HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE);

  private static final Vertx vertx = Vertx.vertx();
  private static final HttpClient client = HttpClient.newHttpClient();
  private static URI uri;

  @BeforeAll
  static void start() throws Exception {
    var metrics = new ApiMetrics(new SimpleMeterRegistry());
    var server =
        vertx
            .createHttpServer()
            .requestHandler(
                new RestHandler(
                    metrics,
                    new AnswerMemory(1 << 20, 1 << 20),
                    new RowStream.Places(),
                    PATHS.before(RestHandlerIT::answer)))
            .listen(0, "127.0.0.1")
            .await(30, TimeUnit.SECONDS);
    uri = URI.create("http://127.0.0.1:" + server.actualPort() + "/a");
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private static Future<? extends Reply> answer(RestRequest request) {
    if (request.method().equals(HttpMethod.GET)) return Future.succeededFuture(KEPT);
    if (request.method().equals(HttpMethod.DELETE)) {
      return Future.succeededFuture(Reply.Done.nothingToSay());
    }
    return request
        .body()
        .map(
            body ->
                request.method().equals(HttpMethod.PUT)
                    ? Reply.Done.accepted(body.encode())
                    : Reply.Done.created("/a/1", body.encode()));
  }

  private static HttpResponse<String> send(String method, String body, String... headers)
      throws Exception {
    var request = HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofString(body));
    if (headers.length > 0) request.headers(headers);
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(String body) throws Exception {
    return send("POST", body, "content-type", "application/json");
  }

  @Test
  void tellsWhereWhatWasMadeIs() throws Exception {
    var made = post("{\"name\":\"ö\"}");
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(made.headers().firstValue("location")).contains("a/1");
    assertThat(made.body()).isEqualTo("{\"name\":\"ö\"}");
    assertThat(send("PUT", "{}", "content-type", "application/json").statusCode()).isEqualTo(202);
    var gone = send("DELETE", "");
    assertThat(gone.statusCode()).isEqualTo(204);
    assertThat(gone.body()).isEmpty();
  }

  @Test
  void givesWhatIsKeptTimeAndAgain() throws Exception {
    var first = send("GET", "");
    var tag = first.headers().firstValue("etag").orElseThrow();
    assertThat(first.body()).isEqualTo("{\"kept\":1}");
    assertThat(first.headers().firstValue("link")).contains("</b>; rel=\"next\"");
    assertThat(send("GET", "").body()).isEqualTo(first.body());
    assertThat(send("GET", "", "if-none-match", tag).statusCode()).isEqualTo(304);
    assertThat(send("GET", "").body()).isEqualTo(first.body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1]|body: must be a JSON object",
        "7|body: must be a JSON object",
        "''|body: is empty; must be a JSON object",
        "{\"a\":}|body: is not JSON: it cannot be read from line 1, column 6 on",
        "{} {}|body: holds more than one JSON value",
        "{\"a\":1|body: is not JSON: it ends too early",
        "{\"a\":NaN}|body: is not JSON, which has no NaN",
        "{\"a\":1,\"a\":2}|body: a: is given twice"
      })
  void refusesABodyThatIsNoObject(String body, String detail) throws Exception {
    assertProblem(post(body), 400, "bad-body", detail);
  }

  private static void assertProblem(
      HttpResponse<String> response, int status, String type, String detail) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    var problem = new JsonObject(response.body());
    assertThat(problem.getString("type")).isEqualTo("urn:stripchart:problem:" + type);
    assertThat(problem.getString("detail")).contains(detail);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/json; charset=latin1", "application/jsonx"})
  void refusesWhatIsNoJson(String type) throws Exception {
    var response = send("POST", "{}", "content-type", type);
    assertProblem(response, 415, "unsupported-media-type", "must be application/json, in utf-8");
  }

  @Test
  void refusesOtherEncodings() throws Exception {
    var response = send("POST", "{}", "content-type", "application/json", "content-encoding", "br");
    assertProblem(
        response, 415, "unsupported-media-type", "Content-Encoding: must be gzip or left out");
    assertThat(response.headers().firstValue("accept-encoding")).contains("gzip");
  }

  private static HttpResponse<String> postGzip(byte[] body) throws Exception {
    var request =
        HttpRequest.newBuilder(uri)
            .headers("content-type", "application/json", "content-encoding", "gzip")
            .POST(BodyPublishers.ofByteArray(body));
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static byte[] gzip(String text) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void takesGzipUpToItsLimit() throws Exception {
    assertThat(postGzip(gzip("{\"name\":\"ö\"}")).body()).isEqualTo("{\"name\":\"ö\"}");
    var bomb = gzip("{\"a\":\"" + "x".repeat(50_000_000) + "\"}");
    assertThat(bomb.length).isLessThan(BoundedBody.MAX_BYTES);
    assertProblem(postGzip(bomb), 413, "body-too-large", "at most 262,144 bytes");
    assertProblem(postGzip("{}".getBytes(UTF_8)), 400, "bad-body", "body: is not gzip");
    var cut = Arrays.copyOf(gzip("{}"), 12);
    assertProblem(postGzip(cut), 400, "bad-body", "body: is not gzip to its end");
    assertProblem(postGzip(new byte[0]), 400, "bad-body", "gzip");
  }

  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    assertProblem(
        post("{\"a\":\"" + "x".repeat(BoundedBody.MAX_BYTES) + "\"}"),
        413,
        "body-too-large",
        "at most 262,144 bytes");
  }

  @Test
  void namesTheMethodsThatThereAre() throws Exception {
    var response = send("PATCH", "{}", "content-type", "application/json");
    assertProblem(
        response, 405, "method-not-allowed", "must be GET, HEAD, POST, PUT or DELETE, is PATCH");
    assertThat(response.headers().firstValue("allow")).contains("GET, HEAD, POST, PUT, DELETE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/", "/a/b", "/a/b/d", "/b"})
  void namesThePathsThatThereAre(String path) throws Exception {
    var request = HttpRequest.newBuilder(uri.resolve(path)).build();
    var response = client.send(request, BodyHandlers.ofString());
    assertProblem(response, 404, "unknown-path", "there are /a/{b}/c, /a here");
  }
}
