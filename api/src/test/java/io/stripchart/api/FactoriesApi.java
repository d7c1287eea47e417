package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.reading.Reading;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Two api processes over one broker and one database. Readings are of a factory of each test. */
final class FactoriesApi implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  static final String ACTUAL = "sprocket_production_actual";
  static final String GOAL = "sprocket_production_goal";
  static final Instant START = Instant.parse("2021-01-21T00:00:00Z");

  private final TestBroker broker = TestBroker.create();
  private final TestDatabase database = TestDatabase.create();
  private RunningApi api;
  private RunningApi other;
  private StoredFeed feed;
  private Storekeeper storekeeper;

  private FactoriesApi() {}

  static FactoriesApi create() {
    return new FactoriesApi();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    broker.beforeAll(context);
    database.beforeAll(context);
    RunningApi.migrate(database.directUri());
    Seed.partition(database, "2021-01-01", "2021-02-01");
    api = new RunningApi(broker.uri(), database.uri());
    other = new RunningApi(broker.uri(), database.uri());
    awaitConnected();
    feed = new StoredFeed(broker, database);
    storekeeper = new Storekeeper(broker, feed);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    storekeeper.close();
    feed.close();
    other.close();
    api.close();
    database.afterAll(context);
    broker.afterAll(context);
  }

  /** No test has the factories of the one before. */
  @Override
  public void beforeEach(ExtensionContext context) {
    awaitConnected();
    for (var factory : page(api, "").getJsonArray("factories")) {
      int id = ((JsonObject) factory).getJsonObject("factory").getInteger("id");
      assertThat(send(api, "DELETE", "/api/factory/" + id, null).statusCode()).isEqualTo(204);
    }
    await().until(() -> page(other, "").getJsonArray("factories").isEmpty());
  }

  /** Also after a test that took the broker or the database away. */
  void awaitConnected() {
    await()
        .until(
            () ->
                List.of(api, other).stream()
                    .flatMap(one -> one.surroundings().health().report().values().stream())
                    .allMatch(Optional::isEmpty));
  }

  TestBroker broker() {
    return broker;
  }

  TestDatabase database() {
    return database;
  }

  RunningApi api() {
    return api;
  }

  RunningApi other() {
    return other;
  }

  StoredFeed feed() {
    return feed;
  }

  void make(int id) {
    assertThat(send(api, "PUT", "/api/factory/" + id, "{\"name\":\"F\"}").statusCode())
        .isEqualTo(201);
  }

  long stored(int id) {
    return database.number(
        "select count(*) from reading join series on id = series_id where name like ?",
        "factory." + id + ".%");
  }

  /** Two processes give the very same answer, sooner or later, and its tag. */
  void assertAgree(String path) {
    await()
        .untilAsserted(
            () -> {
              var one = api.get(path);
              var two = other.get(path);
              assertThat(one.statusCode()).isEqualTo(200);
              assertThat(one.body()).isEqualTo(two.body());
              assertThat(header(one, "etag")).isEqualTo(header(two, "etag")).isNotEqualTo("none");
            });
  }

  static HttpResponse<String> send(
      RunningApi to, String method, String path, String body, String... headers) {
    var publisher = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    var request = HttpRequest.newBuilder(to.uri(path)).method(method, publisher);
    if (body != null) request.header("content-type", "application/json");
    if (headers.length > 0) request.headers(headers);
    return to.send(request);
  }

  static JsonObject ok(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 202);
    return new JsonObject(response.body());
  }

  static JsonObject page(RunningApi from, String query) {
    return ok(from.get("/api/factories" + query));
  }

  static JsonObject chart(RunningApi from, int id, String query) {
    var factory =
        ok(from.get("/api/factory/" + id + "/chart-data" + query)).getJsonObject("factory");
    assertThat(factory.getInteger("id")).isEqualTo(id);
    return factory.getJsonObject("chart_data");
  }

  static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("none");
  }

  static Reading actual(int id, long second, double value) {
    return reading(id, ACTUAL, second, value);
  }

  static Reading reading(int id, String quantity, long second, double value) {
    return new Reading("factory." + id + "." + quantity, START.plusSeconds(second), value);
  }

  static JsonArray times(long... seconds) {
    var times = new JsonArray();
    for (long second : seconds) times.add(START.getEpochSecond() + second);
    return times;
  }
}
