package io.stripchart.ingest;

import static io.stripchart.ingest.PushClient.assertProblem;
import static java.net.http.HttpRequest.BodyPublishers.ofByteArray;
import static java.net.http.HttpRequest.BodyPublishers.ofInputStream;
import static java.net.http.HttpRequest.BodyPublishers.ofString;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.broker.Topology;
import io.stripchart.common.reading.Reading;
import io.stripchart.testing.TestBroker;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    // By chunks, whose sum nobody tells beforehand.
    assertProblem(
        client().push(ofInputStream(() -> new ByteArrayInputStream(large))), 413, "at most");
    assertThat(client().push(ofString("1")).statusCode()).isEqualTo(202);
  }

  @Test
  void letsAClientAskBeforeItSendsTheBody() throws Exception {
    var request = client().request("/readings/a").expectContinue(true).POST(ofString("1")).build();
    assertThat(PushClient.send(request).statusCode()).isEqualTo(202);
  }
}
