package io.stripchart.compose.building;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The building before an ingest that answers as the test likes. */
@Tag("brokerless")
@Timeout(60)
class BuildingIT {
  private static final Duration OFTEN = Duration.ofMillis(100);

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Queue<String> pushed = new ConcurrentLinkedQueue<>();
  private final Queue<Double> temperatures = new ConcurrentLinkedQueue<>();
  private final Set<String> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger unanswered = new AtomicInteger();
  private volatile int status = 202;
  private volatile String retryAfter;
  private volatile boolean answers = true;
  private HttpServer ingest;

  @BeforeEach
  void listen() {
    ingest = vertx.createHttpServer().requestHandler(this::take).listen(0, "127.0.0.1").await();
  }

  @AfterEach
  void end() {
    vertx.close().await();
  }

  private void take(HttpServerRequest request) {
    connections.add(request.remoteAddress().toString());
    request.bodyHandler(
        body -> {
          var reading = new JsonObject(body);
          temperatures.add(reading.getDouble("temperature"));
          pushed.add(request.method() + " " + request.path() + " " + reading.getString("sensor"));
          if (!answers) {
            unanswered.incrementAndGet();
            return;
          }
          if (retryAfter != null) request.response().putHeader("Retry-After", retryAfter);
          request.response().setStatusCode(status).end().onFailure(gone -> {});
        });
  }

  private String simulate(Building building) {
    var url = URI.create("http://127.0.0.1:" + ingest.actualPort());
    return vertx.deployVerticle(new BuildingVerticle(building, url, registry)).await();
  }

  private double count(String outcome) {
    return registry.get("stripchart.simulated.readings").tag("outcome", outcome).counter().count();
  }

  @Test
  void pushesForEachSensorOnConnectionsThatItKeeps() {
    simulate(new Building(3, 2, OFTEN));
    await().atMost(30, SECONDS).until(() -> count("accepted") >= 60);
    assertThat(Set.copyOf(pushed))
        .containsExactlyInAnyOrder(
            "POST /api/rooms/101/temperature 1",
            "POST /api/rooms/101/temperature 2",
            "POST /api/rooms/102/temperature 1",
            "POST /api/rooms/102/temperature 2",
            "POST /api/rooms/103/temperature 1",
            "POST /api/rooms/103/temperature 2");
    assertThat(temperatures).allSatisfy(shown -> assertThat(shown).isBetween(15.0, 27.0));
    assertThat(connections.size()).isLessThan(20);
    assertThat(count("refused") + count("failed")).isZero();
  }

  @Test
  void sendsNothingForAsLongAsARefusalSays() {
    status = 429;
    retryAfter = "50";
    simulate(new Building(1, 1, OFTEN));
    await().atMost(30, SECONDS).until(() -> count("skipped") >= 5);
    assertThat(count("refused")).isEqualTo(1);
  }

  @Test
  void goesOnAfterRefusals() {
    status = 503;
    retryAfter = "1";
    simulate(new Building(1, 1, OFTEN));
    await().atMost(30, SECONDS).until(() -> count("refused") >= 2);
    status = 202;
    await().atMost(30, SECONDS).until(() -> count("accepted") >= 3);
  }

  @Test
  void goesOnOnceIngestIsThere() {
    int port = ingest.actualPort();
    ingest.close().await();
    simulate(new Building(1, 1, OFTEN));
    await().atMost(30, SECONDS).until(() -> count("failed") >= 1);
    vertx.createHttpServer().requestHandler(this::take).listen(port, "127.0.0.1").await();
    await().atMost(30, SECONDS).until(() -> count("accepted") >= 1);
  }

  @Test
  void hasNoMoreUnderWayThanItsBoundAndStopsAllTheSame() throws Exception {
    answers = false;
    var id = simulate(new Building(400, 1, OFTEN));
    await().atMost(30, SECONDS).until(() -> unanswered.get() == IngestClient.MAX_IN_FLIGHT);
    double before = count("skipped");
    await().atMost(30, SECONDS).until(() -> count("skipped") >= before + 1_000);
    assertThat(unanswered.get()).isEqualTo(IngestClient.MAX_IN_FLIGHT);
    vertx.undeploy(id).await(5, SECONDS);
  }
}
