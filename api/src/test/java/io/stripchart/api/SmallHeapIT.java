package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.testing.ChildProcess;
import io.stripchart.testing.RawConnection;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All limits of an api process exceeded together, in the heap of a container. */
@Timeout(600)
class SmallHeapIT {
  /** As compose/compose.yaml and the launcher set them. */
  private static final List<String> OPTIONS =
      List.of(
          "-Xmx384m",
          "-XX:MaxDirectMemorySize=96m",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:ActiveProcessorCount=4");

  private static final int LOOPS = 4;
  private static final int CLIENTS = 8;
  private static final int ROOMS = 16;
  private static final int FACTORIES = 16;

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();

  private final Vertx vertx = Vertx.vertx();
  private final List<RawConnection> open = new ArrayList<>();
  private int port;

  private static void seed() {
    RunningApi.migrate(database.directUri());
    Seed.partitionAroundNow(database);
    database.execute(
        """
        insert into series (name)
        select 'room.' || room || '.' || sensor || '.temperature'
        from generate_series(1, ?) room, generate_series(1, 500) sensor
        """,
        ROOMS);
    database.execute(
        """
        insert into reading (series_id, time, value)
        select id, date_trunc('second', now()), 20 from series
        """);
    // As many as a pattern may match.
    database.execute(
        "insert into series (name)"
            + " select 'set.a.b.c.d.' || n || repeat('x', 60) from generate_series(1, 100000) n");
    database.execute(
        "insert into factory (id, name) select id, 'f' || id from generate_series(1, ?) id",
        FACTORIES);
    database.execute(
        """
        insert into series (name)
        select 'factory.' || id || '.sprocket_production_' || which
        from generate_series(1, ?) id, unnest(array['actual', 'goal']) which
        """,
        FACTORIES);
    database.execute(
        """
        insert into reading (series_id, time, value)
        select id, date_trunc('second', now()) - n * interval '1 s', n
        from series, generate_series(1, 5000) n where name like 'factory.%'
        """);
    Seed.readings(database, "flood.a", Instant.now().minusSeconds(50_000).toString(), 50_000);
    database.execute("analyze");
  }

  private String ask(HttpClient http, HttpRequest.Builder request) {
    try {
      return http.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new AssertionError("the api is gone", e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private String get(HttpClient http, String path) {
    return ask(http, HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)));
  }

  private String query(HttpClient http, JsonObject request) {
    return ask(
        http,
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/graphql"))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(request.encode())));
  }

  @Test
  void answersAnHonestClientWhenAllLimitsAreExceededTogether() throws Exception {
    seed();
    try (var api =
            ChildProcess.of(SmallHeapApi.class)
                .withArguments(broker.uri(), database.uri())
                .withJvmArguments(OPTIONS.toArray(String[]::new))
                .start();
        var feed = new StoredFeed(broker, database)) {
      port = Integer.parseInt(api.awaitLine("port=(\\d+)", Duration.ofSeconds(60)).group(1));
      openConnections(1_000);
      fillCaches();
      for (int i = 0; i < CLIENTS; i++) {
        followWindows(i);
        followPatterns();
        startLargeAnswer();
      }
      holdReadings(feed);
      fillBodies(400);
      var honest = HttpClient.newHttpClient();
      for (int i = 0; i < 20; i++) {
        assertThat(get(honest, "/api/rooms/1")).contains("temperature");
        assertThat(query(honest, request("{ currentTemperature { value } }"))).contains("value\":");
      }
      assertThat(api.isAlive()).isTrue();
    } finally {
      for (var one : open) one.close();
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static JsonObject request(String query) {
    return new JsonObject().put("query", query);
  }

  private void openConnections(int count) {
    for (int i = 0; i < count; i++) {
      open.add(RawConnection.to(port).send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
    }
  }

  /** Those of all event loops, and the persisted queries. */
  private void fillCaches() throws Exception {
    var clients = new ArrayList<HttpClient>();
    for (int i = 0; i < LOOPS; i++) {
      var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
      // Connections that are opened one after the other belong to different event loops.
      get(http, "/api/rooms/1");
      clients.add(http);
    }
    for (var http : clients) fillCachesOfLoop(http);
    for (int i = 0; i < 450; i++) persist(clients.get(0), "{ a" + i + ": __typename }");
  }

  /** Rooms, factories, pages of both, and averages. */
  private void fillCachesOfLoop(HttpClient http) {
    for (int i = 1; i <= ROOMS; i++) get(http, "/api/rooms/" + i);
    for (int i = 1; i <= 3; i++) {
      get(http, "/api/rooms?first=" + (ROOMS + i));
    }
    for (int i = 1; i <= FACTORIES; i++) get(http, "/api/factory/" + i + "?limit=10000");
    for (int i = 0; i < 2; i++) get(http, "/api/factories?first=10&limit=" + (5_000 + i));
    for (int i = 0; i < 3; i++) {
      var window = "{ rollingAverage(series: \"flood.*\", window: \"PT%dS\") { count } }";
      query(http, request(window.formatted(100_000 + i)));
    }
  }

  private void persist(HttpClient http, String query) throws Exception {
    var text = query + " ".repeat(10_000);
    var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    var persisted =
        new JsonObject().put("version", 1).put("sha256Hash", HexFormat.of().formatHex(digest));
    query(http, request(text).put("extensions", new JsonObject().put("persistedQuery", persisted)));
  }

  private SocketClient socket() {
    var socket = SocketClient.connect(vertx, port, "graphql-transport-ws");
    socket.send("{\"type\":\"connection_init\"}");
    socket.expect("connection_ack");
    return socket;
  }

  private static void subscribe(SocketClient socket, int id, String field) {
    socket.start("subscribe", Integer.toString(id), "subscription { " + field + " }");
  }

  private void followWindows(int client) {
    var socket = socket();
    for (int i = 0; i < 20; i++) {
      int size = 50_000 + 100 * client + i;
      subscribe(socket, i, "averageTemperature(windowSize: " + size + ") { value }");
    }
  }

  /** Patterns that match 100,000 series each. */
  private void followPatterns() {
    var socket = socket();
    socket.stall();
    for (int i = 0; i < 16; i++) {
      var words = new ArrayList<>(List.of("a", "b", "c", "d"));
      for (int bit = 0; bit < 4; bit++) if ((i >> bit & 1) == 1) words.set(bit, "*");
      var pattern = "set." + String.join(".", words) + ".*";
      subscribe(
          socket,
          i,
          "readings(series: \"" + pattern + "\", since: \"2020-01-01T00:00:00Z\") { time }");
    }
  }

  /** Some 10 MB, which the client does not read. */
  private void startLargeAnswer() {
    var fields = new StringBuilder("{");
    for (int i = 0; i < 9; i++) {
      fields
          .append(" a")
          .append(i)
          .append(": temperatureMeasurements(first: 10000, after: \"2020-01-01T00:00:00Z\")")
          .append(" { series time value timestamp }");
    }
    var query = URLEncoder.encode(fields + " }", StandardCharsets.UTF_8);
    var connection = RawConnection.slowReader(port);
    open.add(connection);
    connection.send("GET /graphql?query=" + query + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  }

  /** Each of the subscribers stops to read at another batch. */
  private void holdReadings(StoredFeed feed) {
    for (int i = 0; i < 24; i++) {
      var socket = socket();
      subscribe(socket, 0, "readings(series: \"held.#\") { series }");
      socket.stall();
      feed.tell(
          StoredFeed.readings("held." + "x".repeat(200) + i, Instant.now().toString(), 0, 5_000));
    }
  }

  /** Bodies that do not come whole. */
  private void fillBodies(int count) {
    var request =
        String.join(
            "\r\n",
            "POST /graphql HTTP/1.1",
            "Host: 127.0.0.1",
            "Content-Type: application/json",
            "Content-Length: 262000",
            "",
            "x".repeat(250_000));
    for (int i = 0; i < count; i++) {
      var connection = RawConnection.to(port);
      open.add(connection);
      // The oldest are closed while others are sent.
      connection.flood(request.getBytes(StandardCharsets.US_ASCII), 1);
    }
  }
}
