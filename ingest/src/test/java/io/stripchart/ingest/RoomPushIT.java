package io.stripchart.ingest;

import static io.stripchart.ingest.PushClient.assertProblem;
import static java.net.http.HttpRequest.BodyPublishers.ofString;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.broker.Topology;
import io.stripchart.common.reading.Reading;
import io.stripchart.testing.TestBroker;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(90)
class RoomPushIT {
  private static final Vertx vertx = Vertx.vertx();

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  private static RunningIngest ingest;
  private static Kept kept;

  @BeforeAll
  static void open() {
    kept = Kept.in(vertx, broker.directUri(), Topology.PERSIST);
    ingest =
        RunningIngest.start(vertx, broker.uri(), Map.of("STRIPCHART_CONFIRM_TIMEOUT", "PT30S"));
    await().atMost(30, SECONDS).until(ingest::isReady);
  }

  @AfterAll
  static void close() {
    ingest.close();
    kept.close();
    vertx.close().await();
  }

  private static HttpResponse<String> push(String path, String body)
      throws IOException, InterruptedException {
    var json = body.replace('\'', '"');
    return PushClient.send(
        new PushClient(ingest.port()).request(path).POST(ofString(json)).build());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/api/rooms/101/temperature|{'sensor': '7', 'temperature': 21.5|room.101.7.temperature",
        "/api/rooms/101/temperature|{'value': 21.5|room.101.0.temperature",
        "/api/rooms/%31%30%32/humidity|{'sensor': 3, 'value': 21.5|room.102.3.humidity",
        "/api/buildings/B1/rooms/101/temperature|{'temperature': 21.5|building.B1.room.101.0.temperature",
        "/api/buildings/B1/rooms/101/pressure|{'sensor': 'p', 'value': 21.5|building.B1.room.101.p.pressure"
      })
  void keepsAReadingUnderTheNameOfItsSensor(String path, String begin, String series)
      throws Exception {
    var response = push(path, begin + ", 'time': '2026-01-01T00:00:00.000001Z'}");
    assertThat(response.body()).isEqualTo("{\"accepted\":1}");
    assertThat(response.statusCode()).isEqualTo(202);
    await().atMost(30, SECONDS).until(() -> !kept.all(series).isEmpty());
    assertThat(kept.readings(series))
        .containsExactly(new Reading(series, Instant.parse("2026-01-01T00:00:00.000001Z"), 21.5));
  }

  @Test
  void takesManyOfSeveralRoomsInTheSecondSpelling() throws Exception {
    var response =
        push(
            "/temperature",
            "[{'building_id': 'B2', 'room_id': '201', 'temperature': 22.5,"
                + " 'timestamp': '2026-01-01T00:00:00Z'},"
                + "{'room_id': 202, 'sensor_id': 7, 'temperature': 23.5}]");
    assertThat(response.body()).isEqualTo("{\"accepted\":2}");
    await()
        .atMost(30, SECONDS)
        .until(
            () ->
                kept.values("building.B2.room.201.0.temperature").contains(22.5)
                    && kept.values("room.202.7.temperature").contains(23.5));
  }

  @Test
  void takesNothingOfABadBody() throws Exception {
    var body = "[{'value': 1, 'sensor': 's'}, {'value': 2, 'sensor': 'a b'}, {'value': 'x'}]";
    var response = push("/api/rooms/301/temperature", body);
    assertProblem(response, 400, "2 of 3");
    var problem = new JsonObject(response.body());
    assertThat(problem.getString("type")).isEqualTo("urn:stripchart:problem:bad-readings");
    assertThat(problem.getJsonArray("errors").getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("index", 1)
                .put("pointer", "#/1/sensor")
                .put(
                    "detail",
                    "sensor \"a b\": character ' ' at position 2; a word is of A-Z a-z 0-9 _ -"));
    assertThat(push("/api/rooms/301/temperature", "{'value': 5}").statusCode()).isEqualTo(202);
    await().atMost(30, SECONDS).until(() -> !kept.all("room.301.0.temperature").isEmpty());
    assertThat(kept.all("room.301.s.temperature")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/api/rooms,404,unknown-path",
    "POST,/api/rooms/1%2001/temperature,400,bad-parameter",
    "GET,/api/rooms/101/temperature,405,method-not-allowed",
    "POST,/temperature,400,bad-body"
  })
  void refusesOtherRequests(String method, String path, int status, String type) throws Exception {
    var request = new PushClient(ingest.port()).request(path).method(method, ofString("{")).build();
    var response = PushClient.send(request);
    assertProblem(response, status, "");
    assertThat(new JsonObject(response.body()).getString("type"))
        .isEqualTo("urn:stripchart:problem:" + type);
  }
}
