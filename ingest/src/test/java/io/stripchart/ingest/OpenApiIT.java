package io.stripchart.ingest;

import static java.net.http.HttpRequest.BodyPublishers.ofString;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.testing.OpenApiDocument;
import io.stripchart.testing.OpenApiDocument.Answer;
import io.stripchart.testing.TestBroker;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The OpenAPI document compared with the server's responses. */
@Timeout(180)
class OpenApiIT {
  private static final String OPENAPI = "/openapi.json";

  /** For each path that is pushed to, a URL and a body that it takes. */
  private static final Map<String, String[]> SOUND =
      Map.of(
          "/readings/{series}",
          new String[] {
            "/readings/open.api", "[1, {\"value\": 2, \"time\": \"2026-11-21T02:41:48Z\"}]"
          },
          "/api/rooms/{room}/{quantity}",
          new String[] {"/api/rooms/101/temperature", "{\"sensor\": \"7\", \"temperature\": 21.5}"},
          "/api/buildings/{building}/rooms/{room}/{quantity}",
          new String[] {"/api/buildings/B1/rooms/101/humidity", "[{\"value\": 50}]"},
          "/temperature",
          new String[] {"/temperature", "{\"room_id\": \"101\", \"temperature\": 22.5}"});

  private static final Vertx vertx = Vertx.vertx();

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  private static RunningIngest ingest;
  private static OpenApiDocument document;

  @BeforeAll
  static void start() throws Exception {
    ingest =
        RunningIngest.start(vertx, broker.uri(), Map.of("STRIPCHART_CONFIRM_TIMEOUT", "PT30S"));
    await().atMost(30, SECONDS).until(ingest::isReady);
    document = new OpenApiDocument(get(Map.of()).body());
  }

  @AfterAll
  static void stop() {
    if (ingest != null) ingest.close();
    vertx.close().await();
  }

  @Test
  void promisesWhatHappensAndNothingElse() throws Exception {
    var unfinished = new LinkedHashMap<String, Socket>();
    for (var path : SOUND.keySet()) unfinished.put(path, client().begin(SOUND.get(path)[0]));
    theDocumentItself();
    for (var path : SOUND.keySet()) answers(path, SOUND.get(path)[0], SOUND.get(path)[1]);
    for (var path : unfinished.keySet()) see(408, path, answer(unfinished.get(path)));
    whileManyAreWorkedOn();
    withoutTheBroker();

    assertThat(document.unseen()).as("documented, and not made to happen").isEmpty();
  }

  private static void theDocumentItself() throws Exception {
    var whole = get(Map.of());
    document.see("GET", OPENAPI, whole);
    var kept = get(Map.of("if-none-match", whole.headers().get("etag")));
    assertThat(kept.status()).isEqualTo(304);
    document.see("GET", OPENAPI, kept);
  }

  private static void answers(String path, String url, String body) throws Exception {
    see(202, path, push(url, body, "application/json"));
    var nothing = push(url, "[]", "application/json");
    see(202, path, nothing);
    assertThat(nothing.body()).isEqualTo("{\"accepted\":0}");
    see(400, path, push(url, "{\"value\": \"x\"}", "application/json"));
    see(413, path, push(url, " ".repeat(4 * 1024 * 1024 + 1), "application/json"));
    see(415, path, push(url, body, "text/plain"));
  }

  @SuppressWarnings("try")
  private static void whileManyAreWorkedOn() throws Exception {
    var open = new ArrayList<Socket>();
    try (var outage = broker.frozen()) {
      client().sendTooMany(open);
      for (var path : SOUND.keySet())
        see(429, path, push(SOUND.get(path)[0], SOUND.get(path)[1], "application/json"));
    } finally {
      for (var socket : open) socket.close();
    }
  }

  @SuppressWarnings("try")
  private static void withoutTheBroker() throws Exception {
    try (var outage = broker.stopped()) {
      await().atMost(30, SECONDS).until(() -> !ingest.isReady());
      for (var path : SOUND.keySet())
        see(503, path, push(SOUND.get(path)[0], SOUND.get(path)[1], "application/json"));
    }
  }

  private static PushClient client() {
    return new PushClient(ingest.port());
  }

  private static void see(int status, String path, Answer answer) {
    assertThat(answer.status()).as("%s: %s", path, answer.body()).isEqualTo(status);
    document.see("POST", path, answer);
  }

  private static Answer get(Map<String, String> headers) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ingest.port() + OPENAPI));
    headers.forEach(request::header);
    return Answer.of(PushClient.HTTP.send(request.build(), BodyHandlers.ofString()));
  }

  private static Answer push(String url, String body, String mediaType) throws Exception {
    var request = client().request(url).setHeader("Content-Type", mediaType);
    return Answer.of(PushClient.send(request.POST(ofString(body)).build()));
  }

  /** A value that arrives eventually. */
  private static Answer answer(Socket asked) throws IOException {
    try (asked) {
      asked.setSoTimeout(60_000);
      return Answer.read(asked.getInputStream());
    }
  }
}
