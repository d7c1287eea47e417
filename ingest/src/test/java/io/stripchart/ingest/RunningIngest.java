package io.stripchart.ingest;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.Surroundings;
import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.http.HttpSettings;
import io.stripchart.common.operations.Health;
import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.settings.Secret;
import io.stripchart.common.settings.Settings;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Ingest as a process runs it, on a broker and a database of a test. */
final class RunningIngest implements AutoCloseable {
  static final String NO_DATABASE = "postgresql://nobody:nothing@127.0.0.1:1/none";

  private final Vertx vertx;
  private final IngestVerticle verticle;
  private final String deployment;
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Health health = new Health();

  private RunningIngest(
      Vertx vertx, Surroundings given, Map<String, String> environment, Clock clock) {
    this.vertx = vertx;
    var all = new HashMap<>(environment);
    all.putIfAbsent("STRIPCHART_INGEST_PORT", "0");
    all.putIfAbsent("STRIPCHART_FEEDS", "none");
    all.putIfAbsent("STRIPCHART_CONFIRM_TIMEOUT", "PT3S");
    var settings = new Settings(all);
    var ingest = IngestSettings.from(settings);
    var broker = BrokerSettings.from(settings, given.broker().uri());
    var times = AcceptableTimes.from(settings);
    var http = HttpSettings.from(settings);
    settings.check();
    var surroundings =
        new Surroundings(broker, given.database(), metrics, health, "127.0.0.1", times, http);
    verticle = new IngestVerticle(ingest, surroundings, clock);
    deployment = vertx.deployVerticle(verticle).await();
  }

  static RunningIngest start(Vertx vertx, String amqpUri, Map<String, String> environment) {
    return start(vertx, amqpUri, NO_DATABASE, environment);
  }

  /** By a clock of the test's own. */
  static RunningIngest start(
      Vertx vertx, String amqpUri, Map<String, String> environment, Clock clock) {
    return start(vertx, amqpUri, NO_DATABASE, environment, clock);
  }

  static RunningIngest start(
      Vertx vertx, String amqpUri, String databaseUri, Map<String, String> environment) {
    return start(vertx, amqpUri, databaseUri, environment, Clock.systemUTC());
  }

  private static RunningIngest start(
      Vertx vertx,
      String amqpUri,
      String databaseUri,
      Map<String, String> environment,
      Clock clock) {
    var broker =
        new BrokerSettings(new Secret(amqpUri), Duration.ofSeconds(5), Duration.ofSeconds(3));
    var database = DatabaseSettings.of(new Secret(databaseUri));
    return new RunningIngest(
        vertx, new Surroundings(broker, database, null, null, null), environment, clock);
  }

  int port() {
    return verticle.port();
  }

  Health health() {
    return health;
  }

  boolean isReady() {
    return health.report().values().stream().allMatch(java.util.Optional::isEmpty);
  }

  /** The sum of a metric over all of its tags. */
  double metric(String name) {
    return metrics.find(name).meters().stream()
        .flatMap(
            meter -> java.util.stream.StreamSupport.stream(meter.measure().spliterator(), false))
        .mapToDouble(measurement -> measurement.getValue())
        .sum();
  }

  double metric(String name, String tag, String value) {
    return metrics.get(name).tag(tag, value).counter().count();
  }

  @Override
  public void close() {
    vertx.undeploy(deployment).await();
  }
}
