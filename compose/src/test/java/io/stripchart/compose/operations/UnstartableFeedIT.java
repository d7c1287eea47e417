package io.stripchart.compose.operations;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.api.ApiSettings;
import io.stripchart.api.ApiVerticle;
import io.stripchart.common.Surroundings;
import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.operations.Health;
import io.stripchart.common.settings.Secret;
import io.stripchart.ingest.IngestSettings;
import io.stripchart.ingest.IngestVerticle;
import io.stripchart.ingest.feed.Feed;
import io.stripchart.ingest.feed.FeedAddress;
import io.stripchart.ingest.feed.FeedRequest;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One feed of three cannot be started, for a reason that no settings check finds. */
@Timeout(120)
class UnstartableFeedIT {
  private static final Duration IDLE = Duration.ofSeconds(30);

  /** Beyond what a timer can count. */
  private static final Duration BROKEN = Duration.ofSeconds(Long.MAX_VALUE);

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();

  private static final Vertx vertx = Vertx.vertx();
  private static final HttpClient client = HttpClient.newHttpClient();
  private static OperationsVerticle operations;
  private static ApiVerticle api;

  @BeforeAll
  static void start() {
    var metrics = new Metrics();
    Database.migrate(vertx, DatabaseSettings.of(new Secret(database.directUri()))).await();
    var surroundings =
        new Surroundings(
            BrokerSettings.of(new Secret(broker.uri())),
            DatabaseSettings.of(new Secret(database.uri())),
            metrics.registry(),
            new Health(),
            "127.0.0.1");
    var server = feedServer();
    var feeds =
        List.of(feed("a.sound", server, IDLE), feed("b", server, BROKEN), feed("c", server, IDLE));
    operations = new OperationsVerticle(new OperationsSettings(0), surroundings, metrics);
    api =
        new ApiVerticle(
            new ApiSettings(0, "a.sound", Duration.ofSeconds(10), 100, Set.of()), surroundings);
    vertx.deployVerticle(operations).await();
    vertx.deployVerticle(api).await();
    var settings = new IngestSettings(feeds, 1_000, 0, 10_000);
    vertx.deployVerticle(new IngestVerticle(settings, surroundings)).await();
  }

  @AfterAll
  static void stop() {
    vertx.close().await();
  }

  /** Gives each client one reading. */
  private static HttpServer feedServer() {
    return vertx
        .createHttpServer()
        .webSocketHandler(socket -> socket.writeTextMessage("1").onFailure(gone -> {}))
        .listen(0, "127.0.0.1")
        .await();
  }

  private static Feed feed(String series, HttpServer server, Duration idle) {
    var url = new Secret("ws://127.0.0.1:" + server.actualPort() + "/");
    return new Feed(series, new FeedAddress(url, Map.of(), null), FeedRequest.plain(), idle);
  }

  private static HttpResponse<String> send(int port, String path, String query) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    if (query != null) {
      request
          .header("content-type", "application/json")
          .POST(BodyPublishers.ofString(new JsonObject().put("query", query).encode()));
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static int head(String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + operations.port() + path);
    return client
        .send(
            HttpRequest.newBuilder(uri).method("HEAD", BodyPublishers.noBody()).build(),
            BodyHandlers.ofString())
        .statusCode();
  }

  private static String graphql(String query) throws Exception {
    return send(api.port(), "/graphql", query).body();
  }

  private static String toggle(String feed, boolean on) throws Exception {
    var query = "mutation { toggleFeed(input: {feed: \"%s\", status: \"%s\"}) { status } }";
    return graphql(query.formatted(feed, on ? "on" : "off"));
  }

  @Test
  void isNamedByReadinessAndInTheAnswerToASwitchAndKeepsNoOtherFromStarting() throws Exception {
    var states = "{ feeds { name state received } }";
    await()
        .atMost(60, SECONDS)
        .until(
            () -> graphql(states),
            told ->
                told.contains("{\"name\":\"a.sound\",\"state\":\"CONNECTED\",\"received\":1}")
                    && told.contains("{\"name\":\"c\",\"state\":\"CONNECTED\",\"received\":1}")
                    && told.contains("{\"name\":\"b\",\"state\":\"CONNECTING\",\"received\":0}"));
    assertThat(head("/readyz")).isEqualTo(503);
    assertThat(head("/livez")).isEqualTo(200);
    var readiness = send(operations.port(), "/readyz", null);
    assertThat(readiness.statusCode()).isEqualTo(503);
    assertThat(new JsonObject(readiness.body()).getJsonObject("checks").getString("ingest.feeds"))
        .startsWith("could not be started: b: ")
        .doesNotContain("a.sound");

    assertThat(toggle("b", true)).contains("REFUSED", "feed b: could not be started: ");
    assertThat(toggle("b", false)).doesNotContain("errors");
    assertThat(send(operations.port(), "/readyz", null).statusCode()).isEqualTo(200);
    assertThat(toggle("b", true)).contains("feed b: could not be started: ");
    assertThat(send(operations.port(), "/readyz", null).statusCode()).isEqualTo(503);
    assertThat(toggle("c", false)).doesNotContain("errors");
  }
}
