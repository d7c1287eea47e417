package io.stripchart.api;

import static java.util.Map.entry;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.testing.OpenApiDocument;
import io.stripchart.testing.OpenApiDocument.Answer;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The OpenAPI document compared with the server's responses. */
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
          entry("/series/{name}", "/series/open.api"),
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
          entry("/api/factories", "/api/factories?first=1"),
          entry("/api/factory/{id}", "/api/factory/1?limit=1"),
          entry("/api/factories/{id}", "/api/factories/1"),
          entry("/api/factory/{id}/chart-data", "/api/factory/1/chart-data?from=1&to=1700000000"),
          entry("/api/factories/{id}/chart-data", "/api/factories/1/chart-data"),
          entry(GAUGES, "/metrics/readings?series=open.*"),
          entry(OPENAPI, OPENAPI));

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();

  private static final ApiSettings HASTY =
      new ApiSettings(0, "satellite.temperature", Duration.ofSeconds(1), 100, Set.of());

  private static RunningApi api;
  private static DocumentedRequests requests;
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
    database.execute("insert into factory (id, name) values (1, 'Factory 1')");
    api = new RunningApi(broker.uri(), database.uri());
    requests = new DocumentedRequests(api);
    document = new OpenApiDocument(requests.get(OPENAPI, Map.of()).body());
  }

  @AfterAll
  static void stop() {
    if (api != null) api.close();
  }

  @Test
  void promisesWhatHappensAndNothingElse() {
    var unfinished = unfinished();
    answersOfEveryPath();
    formats();
    writes();
    refusals();
    refusedWrites();
    withoutTheBroker();
    unfinished.forEach((write, asked) -> see(408, write, DocumentedRequests.answer(asked)));
    faults();

    assertThat(document.unseen()).as("documented, and not made to happen").isEmpty();
  }

  private static Map<DocumentedWrite, Socket> unfinished() {
    var unfinished = new LinkedHashMap<DocumentedWrite, Socket>();
    for (var write : DocumentedWrite.withBody()) unfinished.put(write, requests.begin(write));
    return unfinished;
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

  private static void writes() {
    for (var write : DocumentedWrite.ALL) see(write.status(), write, requests.send(write));
  }

  private static void refusedWrites() {
    for (var write : DocumentedWrite.ALL) {
      see(400, write, requests.send(write.at(with(write.url(), "colour=red"))));
      see(403, write, requests.send(write, Map.of("origin", "https://foreign.example")));
      if (write.path().startsWith(SERIES))
        see(406, write, requests.send(write, Map.of("accept", "image/png")));
      if (write.changesOne()) see(404, write, requests.send(write.at(unknown(write.url()))));
    }
    for (var write : DocumentedWrite.withBody()) {
      see(400, write, requests.send(write.sending("{\"colour\": \"red\"}")));
      see(413, write, requests.send(write.sending(" ".repeat(300_000))));
      see(415, write, requests.send(write, "text/plain"));
    }
    var made = DocumentedWrite.ALL.get(0);
    see(409, made, requests.send(made));
  }

  @SuppressWarnings("try")
  private static void withoutTheBroker() {
    try (var outage = broker.stopped()) {
      for (var write : DocumentedWrite.ALL)
        if (write.status() == 202) see(503, write, once(503, () -> requests.send(write)));
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
    see(200, STATISTICS, "/series/huge/statistics", Map.of());
  }

  private static String with(String url, String parameter) {
    return url + (url.indexOf('?') < 0 ? "?" : "&") + parameter;
  }

  /** Of something of which nothing was ever stored, or that was never made. */
  private static String unknown(String url) {
    return url.replace("open.api", "unknown")
        .replace("101", "unknown")
        .replaceFirst("(factory|factories)/1", "$1/999");
  }

  /** Of every path that has to ask the database; on an api that keeps nothing yet. */
  @SuppressWarnings("try")
  private static void faults() {
    try (var fresh = new RunningApi(HASTY, broker.uri(), database.uri())) {
      try (var outage = database.frozen()) {
        answersOfAll(504, new DocumentedRequests(fresh));
      }
      try (var outage = database.stopped()) {
        answersOfAll(503, new DocumentedRequests(fresh));
      }
    }
  }

  private static void answersOfAll(int status, DocumentedRequests asking) {
    for (var path : asked())
      see(status, path, once(status, () -> asking.get(SOUND.get(path), Map.of())));
    for (var write : DocumentedWrite.ALL)
      see(status, write, once(status, () -> asking.send(write)));
  }

  /**
   * Repeats the request if the problem differs: requests that wait when a connection breaks, or are
   * cancelled for another reason, fail differently from later ones.
   */
  private static Answer once(int status, Callable<Answer> question) {
    return await()
        .atMost(20, SECONDS)
        .pollDelay(Duration.ZERO)
        .until(question, answer -> answer.status() == status);
  }

  private static List<String> asked() {
    return SOUND.keySet().stream().filter(path -> !path.equals(OPENAPI)).sorted().toList();
  }

  private static Answer see(int status, String path, String url, Map<String, String> headers) {
    return see(status, path, requests.get(url, headers));
  }

  private static Answer see(int status, String path, Answer answer) {
    assertThat(answer.status()).as("%s: %s", path, answer.body()).isEqualTo(status);
    document.see("GET", path, answer);
    return answer;
  }

  private static void see(int status, DocumentedWrite write, Answer answer) {
    assertThat(answer.status()).as("%s: %s", write, answer.body()).isEqualTo(status);
    document.see(write.method(), write.path(), answer);
  }
}
