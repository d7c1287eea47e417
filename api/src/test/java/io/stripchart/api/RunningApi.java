package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.api.stream.StoredStream;
import io.stripchart.common.Surroundings;
import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.operations.Health;
import io.stripchart.common.settings.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** An api on a port of its own, over the broker and the database of a test. */
final class RunningApi implements AutoCloseable {
  static final ApiSettings SETTINGS =
      new ApiSettings(0, "satellite.temperature", Duration.ofSeconds(3), 100, Set.of());

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Surroundings surroundings;
  private final ApiVerticle verticle;

  RunningApi(String brokerUri, String databaseUri) {
    this(SETTINGS, brokerUri, databaseUri);
  }

  RunningApi(ApiSettings settings, String brokerUri, String databaseUri) {
    this(settings, brokerUri, databaseUri, new StoredStream());
  }

  /**
   * @param stream of its own, as small as the test likes
   */
  RunningApi(ApiSettings settings, String brokerUri, String databaseUri, StoredStream stream) {
    this(settings, brokerUri, databaseUri, stream, Clock.systemUTC());
  }

  /** One that records by this clock. */
  RunningApi(String brokerUri, String databaseUri, Clock clock) {
    this(SETTINGS, brokerUri, databaseUri, new StoredStream(), clock);
  }

  private RunningApi(
      ApiSettings settings,
      String brokerUri,
      String databaseUri,
      StoredStream stream,
      Clock clock) {
    surroundings =
        new Surroundings(
            new BrokerSettings(new Secret(brokerUri), Duration.ofSeconds(5), Duration.ofSeconds(2)),
            DatabaseSettings.of(new Secret(databaseUri)),
            new SimpleMeterRegistry(),
            new Health(),
            "127.0.0.1");
    verticle = new ApiVerticle(settings, surroundings, stream, clock);
    await(vertx.deployVerticle(verticle));
  }

  /** Brings the schema into an empty database. */
  static void migrate(String databaseUri) {
    var vertx = Vertx.vertx();
    await(Database.migrate(vertx, DatabaseSettings.of(new Secret(databaseUri))));
    await(vertx.close());
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  Vertx vertx() {
    return vertx;
  }

  int port() {
    return verticle.port();
  }

  Surroundings surroundings() {
    return surroundings;
  }

  /** How many statements it has asked the database. */
  long statements() {
    return surroundings.metrics().find("stripchart.api.query").timers().stream()
        .mapToLong(Timer::count)
        .sum();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /**
   * Where a link leads.
   *
   * @param path of the answer that has it
   */
  static String follow(String path, String link) {
    return URI.create(path).resolve(link).toString();
  }

  /** The whole answer to a query, sent as a client would. */
  JsonObject ask(String query) {
    return ask(new JsonObject().put("query", query));
  }

  JsonObject ask(JsonObject request) {
    return new JsonObject(post(request.encode(), "application/json").body());
  }

  /** The data of an answer that has no errors. */
  JsonObject data(String query) {
    var answer = ask(query);
    if (answer.containsKey("errors")) throw new AssertionError(answer.encode());
    return answer.getJsonObject("data");
  }

  /** The message of the one error of an answer. */
  String error(String query) {
    var errors = ask(query).getJsonArray("errors");
    if (errors == null || errors.size() != 1) throw new AssertionError("errors: " + errors);
    return errors.getJsonObject(0).getString("message");
  }

  HttpResponse<String> post(String body, String accept) {
    return send(
        HttpRequest.newBuilder(uri("/graphql"))
            .header("content-type", "application/json")
            .header("accept", accept)
            .POST(BodyPublishers.ofString(body)));
  }

  HttpResponse<String> get(String path, String... headers) {
    var request = HttpRequest.newBuilder(uri(path));
    if (headers.length > 0) request.headers(headers);
    return send(request);
  }

  /** A document that is there. */
  JsonObject json(String path) {
    var response = get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    return new JsonObject(response.body());
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
