package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.api.stream.StoredStream;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonObject;

/** An api that listens to what a test stores. */
final class LiveApi implements AutoCloseable {
  private final RunningApi api;
  private final StoredFeed stored;

  LiveApi(TestBroker broker, TestDatabase database) {
    this(broker, database, new StoredStream());
  }

  LiveApi(TestBroker broker, TestDatabase database, StoredStream stream) {
    RunningApi.migrate(database.directUri());
    Seed.partition(database, "2020-11-09", "2020-11-16");
    Seed.partition(database, "2020-11-16", "2020-11-23");
    api = new RunningApi(RunningApi.SETTINGS, broker.uri(), database.uri(), stream);
    awaitListening();
    stored = new StoredFeed(broker, database);
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

  /** How many times the database was asked for something. */
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

  @Override
  public void close() {
    stored.close();
    api.close();
  }
}
