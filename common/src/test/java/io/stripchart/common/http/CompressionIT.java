package io.stripchart.common.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.testing.RawConnection;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("brokerless")
@Timeout(60)
class CompressionIT {
  private static final String TEXT = "stripchart ".repeat(1_000);
  private static final String FIRST = "first ".repeat(1_000);
  private static final String TAG = "\"a-1\"";

  private static final Vertx vertx = Vertx.vertx();
  private static final HttpClient http = HttpClient.newHttpClient();
  private static int port;
  private static volatile Runnable rest = () -> {};

  @BeforeAll
  static void start() throws Exception {
    port =
        new HttpPort(HttpSettings.of("127.0.0.1"))
            .server(vertx, new HttpServerOptions())
            .requestHandler(CompressionIT::answer)
            .listen(0, "127.0.0.1")
            .await(30, TimeUnit.SECONDS)
            .actualPort();
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private static void answer(HttpServerRequest request) {
    var response = request.response().putHeader("etag", TAG);
    var type = request.getParam("type", "text/plain");
    response.putHeader("content-type", type);
    switch (request.path()) {
      case "/small" -> response.end("x".repeat(1_023)).onFailure(gone -> {});
      case "/coded" -> response.putHeader("content-encoding", "br").end(TEXT).onFailure(g -> {});
      case "/unchanged" -> response.setStatusCode(304).end().onFailure(gone -> {});
      case "/stream" -> {
        if (request.version() == io.vertx.core.http.HttpVersion.HTTP_1_1) response.setChunked(true);
        response.write(FIRST).onFailure(gone -> {});
        rest = () -> response.end(TEXT).onFailure(gone -> {});
      }
      default -> response.end(TEXT).onFailure(gone -> {});
    }
  }

  private static HttpResponse<InputStream> get(String path, String encodings) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + port + path);
    var request = HttpRequest.newBuilder(uri);
    if (encodings != null) request.header("accept-encoding", encodings);
    return http.send(request.build(), BodyHandlers.ofInputStream());
  }

  private static String header(HttpResponse<?> response, String name) {
    return String.join(", ", response.headers().allValues(name));
  }

  private static String inflated(InputStream body) throws IOException {
    return new String(new GZIPInputStream(body).readAllBytes(), UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain",
    "text/csv; charset=utf-8",
    "application/json",
    "application/problem+json",
    "application/graphql-response+json; charset=utf-8",
    "application/x-ndjson",
    "text/javascript"
  })
  void compressesText(String type) throws Exception {
    var path = "/?type=" + type.replace("+", "%2B").replace(" ", "%20");
    var response = get(path, "gzip, deflate, br");
    assertThat(header(response, "content-encoding")).isEqualTo("gzip");
    assertThat(header(response, "vary")).isEqualTo("accept-encoding");
    assertThat(header(response, "etag")).isEqualTo("W/" + TAG);
    assertThat(Integer.parseInt(header(response, "content-length"))).isLessThan(1_000);
    assertThat(inflated(response.body())).isEqualTo(TEXT);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        "/|-",
        "/|identity",
        "/|br",
        "/|gzip;q=0",
        "/|gzip;q=0, identity",
        "/small|gzip",
        "/?type=image/png|gzip",
        "/?type=application/octet-stream|gzip",
      })
  void leavesTheRestAsItIs(String path, String encodings) throws Exception {
    var response = get(path, encodings);
    assertThat(header(response, "content-encoding")).isEmpty();
    assertThat(header(response, "etag")).isEqualTo(TAG);
    assertThat(new String(response.body().readAllBytes(), UTF_8))
        .isEqualTo(path.equals("/small") ? "x".repeat(1_023) : TEXT);
  }

  @Test
  void tellsCachesThatAnswersVary() throws Exception {
    assertThat(header(get("/", null), "vary")).isEqualTo("accept-encoding");
    assertThat(header(get("/unchanged", null), "vary")).isEqualTo("accept-encoding");
    assertThat(header(get("/small", null), "vary")).isEmpty();
  }

  @Test
  void leavesAnAnswerAloneThatIsCompressedAlready() throws Exception {
    var response = get("/coded", "gzip, br");
    assertThat(header(response, "content-encoding")).isEqualTo("br");
    assertThat(new String(response.body().readAllBytes(), UTF_8)).isEqualTo(TEXT);
  }

  @Test
  void sendsThePartsOfAStreamAsTheyCome() throws Exception {
    var response = get("/stream", "gzip");
    assertThat(header(response, "content-encoding")).isEqualTo("gzip");
    var body = new GZIPInputStream(response.body());
    assertThat(new String(body.readNBytes(FIRST.length()), UTF_8)).isEqualTo(FIRST);
    rest.run();
    assertThat(new String(body.readAllBytes(), UTF_8)).isEqualTo(TEXT);
  }

  @Test
  void doesNotCompressForOldHttp() {
    var request = "GET / HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n";
    try (var connection = RawConnection.to(port).send(request)) {
      assertThat(connection.readAll().toLowerCase(Locale.ROOT))
          .doesNotContain("content-encoding", "transfer-encoding")
          .endsWith(TEXT);
    }
  }
}
