package io.stripchart.ingest;

import static io.stripchart.ingest.PushClient.assertProblem;
import static java.net.http.HttpRequest.BodyPublishers.ofByteArray;
import static java.net.http.HttpRequest.BodyPublishers.ofInputStream;
import static java.net.http.HttpRequest.BodyPublishers.ofString;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.broker.Topology;
import io.stripchart.common.reading.Reading;
import io.stripchart.testing.TestBroker;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(90)
class PushIT {
  private static final Vertx vertx = Vertx.vertx();

  @RegisterExtension final TestBroker broker = TestBroker.create();
  private RunningIngest ingest;
  private Kept kept;

  @BeforeEach
  void open() {
    kept = Kept.in(vertx, broker.directUri(), Topology.PERSIST);
    ingest =
        RunningIngest.start(vertx, broker.uri(), Map.of("STRIPCHART_CONFIRM_TIMEOUT", "PT30S"));
    await().atMost(30, SECONDS).until(ingest::isReady);
  }

  @AfterEach
  void stop() {
    ingest.close();
    kept.close();
  }

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  private PushClient client() {
    return new PushClient(ingest.port());
  }

  @Test
  void answersOnceTheBrokerHasAll() throws Exception {
    assertThat(client().push(ofString("21.5")).body()).isEqualTo("{\"accepted\":1}");
    var timed = "{\"value\":22.5,\"time\":\"2026-01-01T00:00:00.000001Z\"}";
    assertThat(client().push(ofString(timed)).statusCode()).isEqualTo(202);
    assertThat(client().push(ofString("[1," + timed + ",3]")).body()).isEqualTo("{\"accepted\":3}");
    await().atMost(30, SECONDS).until(() -> kept.all("room.1").size() == 5);
    assertThat(kept.readings("room.1"))
        .contains(new Reading("room.1", Instant.parse("2026-01-01T00:00:00.000001Z"), 22.5));
    assertThat(ingest.metric("stripchart.readings.confirmed", "source", "push")).isEqualTo(5);
  }

  @Test
  void takesTenThousandAtOnce() throws Exception {
    assertThat(client().push(ofString("[" + "1.5,".repeat(9_999) + "1.5]")).statusCode())
        .isEqualTo(202);
    await().atMost(30, SECONDS).until(() -> kept.readings("room.1").size() == 10_000);
    assertProblem(
        client().push(ofString("[" + "1.5,".repeat(10_000) + "1.5]")), 400, "at most 10000");
  }

  @Test
  void takesNothingOfABadRequest() throws Exception {
    var response = client().push(ofString("[1, \"two\", 3, {\"value\":4,\"time\":\"soon\"}]"));
    assertProblem(response, 400, "2 of 4");
    var errors = new JsonObject(response.body()).getJsonArray("errors");
    assertThat(errors.getJsonObject(0).getInteger("index")).isEqualTo(1);
    assertThat(errors.getJsonObject(1).getString("pointer")).isEqualTo("#/3/time");
    assertThat(client().push(ofString("5")).statusCode()).isEqualTo(202);
    await().atMost(30, SECONDS).until(() -> !kept.all("room.1").isEmpty());
    assertThat(kept.values("room.1")).containsExactly(5.0);
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/,404",
    "POST,/readings/,404",
    "GET,/readings/a,405",
    "PUT,/readings/a,405",
    "POST,/readings/a..b,400",
    "POST,/readings/a/b,404",
    "POST,/readings/a%20b,400"
  })
  void refusesOtherPathsAndMethods(String method, String path, int status) throws Exception {
    assertProblem(
        PushClient.send(client().request(path).method(method, ofString("1")).build()), status, "");
  }

  @ParameterizedTest
  @CsvSource({
    "application/json; charset=UTF-8,202",
    "application/json;charset=\"utf-8\",202",
    "APPLICATION/JSON,202",
    "application/json; charset=utf-16,415",
    "text/plain,415",
    "application/jsonp,415",
    "application/x-www-form-urlencoded,415"
  })
  void looksAtTheMediaType(String type, int status) throws Exception {
    var request =
        client().request("/readings/a").setHeader("Content-Type", type).POST(ofString("1")).build();
    assertThat(PushClient.send(request).statusCode()).isEqualTo(status);
  }

  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    var large = new byte[5_000_000];
    assertProblem(client().push(ofByteArray(large)), 413, "at most 4194304 bytes");
    // Chunked, so the total size is not announced.
    assertProblem(
        client().push(ofInputStream(() -> new ByteArrayInputStream(large))), 413, "at most");
    assertThat(client().push(ofString("1")).statusCode()).isEqualTo(202);
  }

  @Test
  void letsAClientAskBeforeItSendsTheBody() throws Exception {
    var request = client().request("/readings/a").expectContinue(true).POST(ofString("1")).build();
    assertThat(PushClient.send(request).statusCode()).isEqualTo(202);
  }

  private HttpResponse<String> encoded(String encoding, byte[] body) throws Exception {
    var request = client().request("/readings/gzip").header("Content-Encoding", encoding);
    return PushClient.send(request.POST(ofByteArray(body)).build());
  }

  private static byte[] gzip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var stream = new GZIPOutputStream(bytes)) {
      stream.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "GZIP", "x-gzip", "identity, gzip"})
  void takesABodyThatIsCompressed(String encoding) throws Exception {
    assertThat(encoded(encoding, gzip("[1,2,3]")).body()).isEqualTo("{\"accepted\":3}");
    await().atMost(30, SECONDS).until(() -> kept.readings("gzip").size() == 3);
  }

  @Test
  void refusesWhatIsTooLargeOnceItIsDecompressed() throws Exception {
    var most = 4 * 1024 * 1024;
    assertThat(encoded("gzip", gzip(" ".repeat(most - 1) + "1")).statusCode()).isEqualTo(202);
    assertProblem(encoded("gzip", gzip(" ".repeat(most) + "1")), 413, "at most 4194304 bytes");
    assertProblem(encoded("gzip", gzip(" ".repeat(100 * most))), 413, "at most 4194304 bytes");
  }

  @Test
  void saysWhatIsWrongWithACompressedBody() throws Exception {
    assertProblem(encoded("gzip", "21.5".getBytes(UTF_8)), 400, "body: is not gzip");
    assertProblem(encoded("gzip", new byte[0]), 400, "ends too early");
    assertProblem(encoded("gzip", Arrays.copyOf(gzip("[1,2,3]"), 18)), 400, "ends too early");
    assertProblem(encoded("identity", gzip("1")), 400, "compressed with gzip");
    for (var encoding : List.of("br", "deflate", "gzip, gzip", "zstd")) {
      var refused = encoded(encoding, gzip("1"));
      assertProblem(refused, 415, "Content-Encoding: must be gzip or left out, is " + encoding);
      assertThat(refused.headers().firstValue("Accept-Encoding")).contains("gzip");
    }
  }

  @Test
  void takesTimesThatAreNumbersWhereThePrecisionIsSaid() throws Exception {
    var body = "{\"value\":1,\"temperature\":1,\"room_id\":7,\"time\":1767225600123}";
    var time = Instant.ofEpochMilli(1_767_225_600_123L);
    var request = client().request("/temperature?precision=ms");
    var flat = body.replace("\"value\":1,", "");
    assertThat(PushClient.send(request.POST(ofString(flat)).build()).statusCode()).isEqualTo(202);
    await().atMost(30, SECONDS).until(() -> !kept.all("room.7.0.temperature").isEmpty());
    assertThat(kept.all("room.7.0.temperature"))
        .containsExactly(new Reading("room.7.0.temperature", time, 1));
    var without = client().request("/readings/a").POST(ofString(body)).build();
    assertProblem(PushClient.send(without), 400, "1 of 1 readings cannot be taken");
    var wrong = client().request("/readings/a?precision=h").POST(ofString(body)).build();
    assertProblem(PushClient.send(wrong), 400, "precision: must be s, ms, us, ns");
  }
}
