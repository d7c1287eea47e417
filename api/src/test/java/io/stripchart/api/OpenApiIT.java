package io.stripchart.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.testing.OpenApiDocument;
import io.stripchart.testing.OpenApiDocument.Answer;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The OpenAPI document beside what the server really answers. */
@Timeout(240)
class OpenApiIT {
  private static final String SERIES = "/series";
  private static final String READINGS = "/series/{name}/readings";
  private static final String STATISTICS = "/series/{name}/statistics";
  private static final String BUCKETS = "/series/{name}/buckets";
  private static final String GAUGES = "/metrics/readings";
  private static final String OPENAPI = "/openapi.json";
  private static final String WINDOW = "from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z";

  /** For each path that is read a URL that has an answer. */
  private static final Map<String, String> SOUND =
      Map.ofEntries(
          entry(SERIES, "/series?first=1"),
          entry(READINGS, "/series/open.api/readings?first=2"),
          entry(STATISTICS, "/series/open.api/statistics?" + WINDOW),
          entry(BUCKETS, "/series/open.api/buckets?width=PT1H&" + WINDOW),
          entry("/api/rooms", "/api/rooms?first=1"),
          entry("/api/rooms/{room}", "/api/rooms/101"),
          entry("/api/rooms/{room}/{quantity}/average", "/api/rooms/101/temperature/average"),
          entry("/api/buildings", "/api/buildings"),
          entry("/api/buildings/{building}/rooms", "/api/buildings/B1/rooms"),
          entry("/api/buildings/{building}/rooms/{room}", "/api/buildings/B1/rooms/101"),
          entry(
              "/api/buildings/{building}/rooms/{room}/{quantity}/average",
              "/api/buildings/B1/rooms/101/temperature/average?at=2026-03-02T00:00:05Z"),
          entry("/temperature/average", "/temperature/average?building_id=B1&room_id=101"),
          entry(GAUGES, "/metrics/readings?series=open.*"),
          entry(OPENAPI, OPENAPI));

  /** What of a URL names the one thing that it is about. */
  private static final List<String> NAMES = List.of("open.api", "101");

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();

  private static final ApiSettings HASTY =
      new ApiSettings(0, "satellite.temperature", Duration.ofSeconds(1), 100, Set.of());

  private static RunningApi api;
  private static OpenApiDocument document;

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    Seed.partition(database, "2026-03-01", "2026-04-01");
    Seed.readings(database, "open.api", "2026-03-02T00:00:00Z", 10);
    Seed.readings(database, "room.101.7.temperature", "2026-03-02T00:00:00Z", 10);
    Seed.readings(database, "building.B1.room.101.7.temperature", "2026-03-02T00:00:00Z", 10);
    Seed.readings(database, "huge", "2026-03-02T00:00:00Z", 2);
    database.execute(
        "update reading set value = 1.7e308 from series where id = series_id and name = 'huge'");
    api = new RunningApi(broker.uri(), database.uri());
    document = new OpenApiDocument(get(api, OPENAPI, Map.of()).body());
  }

  @AfterAll
  static void stop() {
    if (api != null) api.close();
  }

  @Test
  void promisesWhatHappensAndNothingElse() {
    assertThat(document.paths()).containsExactlyInAnyOrderElementsOf(SOUND.keySet());
    answersOfEveryPath();
    formats();
    refusals();
    faults();

    assertThat(document.unseen()).as("documented, and not made to happen").isEmpty();
  }

  private static void answersOfEveryPath() {
    SOUND.forEach(
        (path, url) -> {
          var answer = see(200, path, url, Map.of());
          var tag = Map.of("if-none-match", answer.headers().get("etag"));
          see(304, path, url, tag);
        });
  }

  private static void formats() {
    for (var path : List.of(SERIES, READINGS, BUCKETS)) {
      see(200, path, SOUND.get(path), Map.of("accept", "text/csv"));
      see(200, path, SOUND.get(path), Map.of("accept", "application/x-ndjson"));
    }
  }

  private static void refusals() {
    var image = Map.of("accept", "image/png");
    for (var path : asked()) {
      see(400, path, with(SOUND.get(path), "colour=red"), Map.of());
      if (!path.equals(GAUGES)) see(406, path, SOUND.get(path), image);
      var unknown = unknown(SOUND.get(path));
      if (!unknown.equals(SOUND.get(path))) see(404, path, unknown, Map.of());
    }
    see(422, STATISTICS, "/series/huge/statistics", Map.of());
    for (var path : List.of(SERIES, READINGS))
      document.see("GET", path, oldHttp(SOUND.get(path) + "&format=csv"));
  }

  private static String with(String url, String parameter) {
    return url + (url.indexOf('?') < 0 ? "?" : "&") + parameter;
  }

  /** Of something of which nothing was ever stored. */
  private static String unknown(String url) {
    var unknown = url;
    for (var name : NAMES) unknown = unknown.replace(name, "unknown");
    return unknown;
  }

  /** Of every path that has to ask the database; on an api that keeps nothing yet. */
  @SuppressWarnings("try")
  private static void faults() {
    try (var fresh = new RunningApi(HASTY, broker.uri(), database.uri())) {
      try (var outage = database.frozen()) {
        asked().forEach(path -> see(504, path, get(fresh, SOUND.get(path), Map.of())));
      }
      try (var outage = database.stopped()) {
        asked().forEach(path -> see(503, path, get(fresh, SOUND.get(path), Map.of())));
      }
    }
  }

  private static List<String> asked() {
    return SOUND.keySet().stream().filter(path -> !path.equals(OPENAPI)).sorted().toList();
  }

  private static Answer see(int status, String path, String url, Map<String, String> headers) {
    return see(status, path, get(api, url, headers));
  }

  private static Answer see(int status, String path, Answer answer) {
    assertThat(answer.status()).as("%s: %s", path, answer.body()).isEqualTo(status);
    document.see("GET", path, answer);
    return answer;
  }

  private static Answer get(RunningApi api, String url, Map<String, String> headers) {
    var request = HttpRequest.newBuilder(api.uri(url));
    headers.forEach(request::header);
    return Answer.of(api.send(request));
  }

  /** Over HTTP/1.0, which no client speaks any more. */
  private static Answer oldHttp(String url) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(("GET " + url + " HTTP/1.0\r\n\r\n").getBytes(UTF_8));
      return Answer.read(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
