package io.stripchart.ingest;

import static io.stripchart.ingest.PushClient.assertProblem;
import static java.net.http.HttpRequest.BodyPublishers.noBody;
import static java.net.http.HttpRequest.BodyPublishers.ofString;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.broker.Topology;
import io.stripchart.testing.TestBroker;
import io.vertx.core.Vertx;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@SuppressWarnings("try") // An outage is held, not used.
@Timeout(90)
class PushLimitsIT {
  private static final Vertx vertx = Vertx.vertx();

  @RegisterExtension final TestBroker broker = TestBroker.create();
  private RunningIngest ingest;
  private Kept kept;

  @BeforeEach
  void open() {
    kept = Kept.in(vertx, broker.directUri(), Topology.PERSIST);
    ingest = RunningIngest.start(vertx, broker.uri(), Map.of());
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
  void asksToComeBackWhileTheBrokerIsAway() throws Exception {
    try (var outage = broker.stopped()) {
      await().atMost(30, SECONDS).until(() -> !ingest.isReady());
      var response = client().push(ofString("1"));
      assertProblem(response, 503, "nothing of this request was queued");
      assertThat(response.headers().firstValue("Retry-After")).isPresent();
    }
    await().atMost(30, SECONDS).until(() -> client().push(ofString("2")).statusCode() == 202);
    await().atMost(30, SECONDS).until(() -> kept.all("room.1").size() == 1);
    assertThat(kept.values("room.1")).containsExactly(2.0);
  }

  @Test
  void boundsWhatIsUnconfirmed() throws Exception {
    var statuses = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    try (var outage = broker.frozen()) {
      var body = "[" + "1,".repeat(9_999) + "1]";
      for (int i = 0; i < 3; i++) {
        var request = client().request("/readings/room.1").POST(ofString(body)).build();
        statuses.add(PushClient.HTTP.sendAsync(request, BodyHandlers.ofString()));
      }
      var first =
          (HttpResponse<?>)
              CompletableFuture.anyOf(statuses.toArray(CompletableFuture[]::new)).get();
      assertThat(first.statusCode()).isEqualTo(429);
      assertThat(first.headers().firstValue("Retry-After")).hasValue("1");
      var all = new ArrayList<Integer>();
      for (var status : statuses) all.add(status.get().statusCode());
      assertThat(all).containsExactlyInAnyOrder(429, 503, 503);
    }
  }

  @Test
  void boundsTheRequestsUnderWay() throws Exception {
    ingest.close();
    var patient = Map.of("STRIPCHART_CONFIRM_TIMEOUT", "PT30S");
    ingest = RunningIngest.start(vertx, broker.uri(), patient);
    await().atMost(30, SECONDS).until(ingest::isReady);
    var open = new ArrayList<Socket>();
    try (var outage = broker.frozen()) {
      client().sendTooMany(open);
      assertProblem(client().push(ofString("1")), 429, "1000 requests are being worked on");
    } finally {
      for (var socket : open) socket.close();
    }
    await().atMost(30, SECONDS).until(() -> client().push(ofString("1")).statusCode() == 202);
  }

  @Test
  void takesPushesBesideRequestsThatAreStuck() throws Exception {
    var open = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 1_500; i++) open.add(client().begin("/readings/a"));
      assertThat(client().push(ofString("1")).statusCode()).isEqualTo(202);
    } finally {
      for (var socket : open) socket.close();
    }
  }

  @Test
  void letsPagesOfAllowedOriginsPush() throws Exception {
    ingest.close();
    var origins = Map.of("STRIPCHART_API_ORIGINS", "https://friend.example");
    ingest = RunningIngest.start(vertx, broker.uri(), origins);
    await().atMost(30, SECONDS).until(ingest::isReady);
    var asked = preflight("https://friend.example");
    assertThat(asked.statusCode()).isEqualTo(204);
    assertThat(asked.headers().firstValue("access-control-allow-methods")).hasValue("POST");
    assertThat(asked.headers().firstValue("access-control-allow-headers"))
        .hasValue("content-type,authorization");
    assertThat(asked.headers().firstValue("access-control-max-age")).isPresent();
    assertThat(preflight("https://evil.example").headers().map())
        .doesNotContainKey("access-control-allow-origin");
    var pushed =
        PushClient.send(
            client()
                .request("/readings/a")
                .header("Origin", "https://friend.example")
                .POST(ofString("1"))
                .build());
    assertThat(pushed.statusCode()).isEqualTo(202);
    assertThat(pushed.headers().firstValue("access-control-allow-origin"))
        .hasValue("https://friend.example");
    assertThat(pushed.headers().allValues("vary")).contains("origin");
  }

  private HttpResponse<String> preflight(String origin) throws Exception {
    return PushClient.send(
        client()
            .request("/readings/a")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "content-type,authorization")
            .method("OPTIONS", noBody())
            .build());
  }

  @Test
  void refusesPushesWhileItStops() throws Exception {
    try (var outage = broker.frozen()) {
      var waiting =
          PushClient.HTTP.sendAsync(
              client().request("/readings/a").POST(ofString("1")).build(), BodyHandlers.ofString());
      await().until(() -> ingest.metric("stripchart.readings.published", "source", "push") == 1);
      var stopping = CompletableFuture.runAsync(ingest::close);
      assertProblem(waiting.get(), 503, "may have queued some");
      stopping.get();
    }
    ingest = RunningIngest.start(vertx, broker.uri(), Map.of());
  }

  @Test
  void saysThatThePortIsTaken() {
    var port = Integer.toString(ingest.port());
    assertThatThrownBy(
            () -> RunningIngest.start(vertx, broker.uri(), Map.of("STRIPCHART_INGEST_PORT", port)))
        .hasMessageContaining(port)
        .hasMessageContaining("STRIPCHART_INGEST_PORT");
  }
}
