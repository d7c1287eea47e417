package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.api.stream.StoredStream;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An api that follows what a test stores, with a broker and a database of its own, for a class:
 *
 * <pre>{@code
 * @RegisterExtension static final LiveApi live = LiveApi.create();
 * }</pre>
 *
 * <p>The next test begins when there are no subscribers left: those of the last one would count as
 * its own.
 */
final class LiveApi implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  private final TestBroker broker = TestBroker.create();
  private final TestDatabase database = TestDatabase.create();
  private final StoredStream stream;
  private RunningApi api;
  private StoredFeed stored;

  private LiveApi(StoredStream stream) {
    this.stream = stream;
  }

  static LiveApi create() {
    return create(new StoredStream());
  }

  /**
   * @param stream of its own, as small as the test likes
   */
  static LiveApi create(StoredStream stream) {
    return new LiveApi(stream);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    broker.beforeAll(context);
    database.beforeAll(context);
    RunningApi.migrate(database.directUri());
    Seed.partition(database, "2020-11-09", "2020-11-16");
    Seed.partition(database, "2020-11-16", "2020-11-23");
    api = new RunningApi(RunningApi.SETTINGS, broker.uri(), database.uri(), stream);
    awaitListening();
    stored = new StoredFeed(broker, database);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    awaitSubscribers(0);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    stored.close();
    api.close();
    database.afterAll(context);
    broker.afterAll(context);
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

  StoredFeed stored() {
    return stored;
  }

  void awaitListening() {
    await().until(() -> api.surroundings().health().report().get("api.live").isEmpty());
  }

  /** So many subscriptions run in all. */
  void awaitSubscribers(int count) {
    await().untilAsserted(() -> assertThat(gauge("subscribers")).isEqualTo(count));
  }

  double gauge(String name) {
    return api.surroundings().metrics().get("stripchart.api." + name).gauge().value();
  }

  double counter(String name) {
    return api.surroundings().metrics().get("stripchart.api." + name).counter().count();
  }

  /** Number of queries sent to the database. */
  long asked(String query) {
    return api.surroundings()
        .metrics()
        .get("stripchart.api.query")
        .tag("query", query)
        .timer()
        .count();
  }

  /** A client that follows readings, and that the stream has taken up. */
  SocketClient follow(String arguments) {
    double before = gauge("subscribers");
    var client = SocketClient.modern(api);
    client.start(
        "subscribe", "a", "subscription { readings(" + arguments + ") { series time value } }");
    await().until(() -> gauge("subscribers") > before);
    return client;
  }

  /** The value of the next reading. */
  static double value(SocketClient client) {
    return client.event().getJsonObject("readings").getDouble("value");
  }

  static JsonObject extensions(SocketClient client) {
    return client.expect("next").getJsonObject("payload").getJsonObject("extensions");
  }
}
