package io.stripchart.compose;

import io.stripchart.api.ApiVerticle;
import io.stripchart.common.Surroundings;
import io.stripchart.common.database.Database;
import io.stripchart.common.http.Documentation;
import io.stripchart.common.operations.Health;
import io.stripchart.compose.Lifecycle.Step;
import io.stripchart.compose.building.Building;
import io.stripchart.compose.building.BuildingVerticle;
import io.stripchart.compose.operations.Metrics;
import io.stripchart.compose.operations.OperationsVerticle;
import io.stripchart.compose.satellite.SatelliteVerticle;
import io.stripchart.ingest.IngestVerticle;
import io.stripchart.persist.PersistVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the parts of this process and wires them. */
final class Parts {
  private static final Logger log = LoggerFactory.getLogger(Parts.class);

  // With those of the embedded parts they are less than the limit of all together. Each role drains
  // for less than its limit.
  private static final Duration INGEST_LIMIT = Duration.ofMillis(7_500);
  private static final Duration PERSIST_LIMIT = Duration.ofMillis(6_500);
  private static final Duration API_LIMIT = Duration.ofMillis(3_500);
  private static final Duration SHORT_LIMIT = Duration.ofMillis(750);

  private final StripchartSettings settings;
  private final Health health;
  private final Metrics metrics;
  private final Vertx vertx;
  private final Map<Entrance, String> entrances =
      Collections.synchronizedMap(new EnumMap<>(Entrance.class));
  private volatile int ingestPort;
  private volatile String brokerUri;
  private volatile String databaseUri;

  Parts(StripchartSettings settings, Health health, Metrics metrics) {
    this.settings = settings;
    this.health = health;
    this.metrics = metrics;
    this.vertx = metrics.countIn(Vertx.builder()).build();
    this.ingestPort = settings.roles().ingest().port();
    this.brokerUri = settings.connections().broker().uri().reveal();
    this.databaseUri = settings.connections().database().uri().reveal();
  }

  /**
   * The parts of a process, in an order in which each finds what it needs at start, and in whose
   * reverse readings drain from ingest through persist to the api.
   */
  List<Step> inOrder() {
    var process = settings.process();
    var steps = new ArrayList<Step>();
    steps.add(new Step("vertx", SHORT_LIMIT, Future::succeededFuture, vertx::close));
    steps.add(operations());
    if (process.carriesReadings()) addEmbedded(steps);
    if (process.runs(Role.SATELLITE)) steps.add(satellite());
    if (process.runs(Role.API)) steps.add(api());
    if (process.runs(Role.PERSIST)) steps.add(persist());
    if (process.runs(Role.INGEST)) steps.add(ingest());
    settings.roles().building().building().ifPresent(building -> steps.add(building(building)));
    return steps;
  }

  /**
   * Parts for a process that brings its own readings: the broker and the database. Embedded ones of
   * another process are used; if there are none, they are started together with persist.
   *
   * @throws io.stripchart.embedded.EmbeddedStartException if another process holds their folder,
   *     and runs no server there
   */
  List<Step> toBring() {
    var connections = settings.connections();
    var steps = new ArrayList<Step>();
    steps.add(new Step("vertx", SHORT_LIMIT, Future::succeededFuture, vertx::close));
    boolean starts = false;
    if (connections.databaseUri().isEmpty()) {
      var running = EmbeddedParts.runningDatabase(settings.embedded());
      running.ifPresent(this::databaseAt);
      if (running.isEmpty()) addDatabase(steps);
      starts = running.isEmpty();
    }
    if (connections.brokerUri().isEmpty()) {
      var running = EmbeddedParts.runningBroker(settings.embedded());
      running.ifPresent(this::brokerAt);
      if (running.isEmpty()) steps.add(embeddedBroker());
      starts |= running.isEmpty();
    }
    if (starts) steps.add(persist());
    return steps;
  }

  /** Parts for a process that needs the broker only; otherwise as {@link #toBring}. */
  List<Step> toReachBroker() {
    var steps = new ArrayList<Step>();
    steps.add(new Step("vertx", SHORT_LIMIT, Future::succeededFuture, vertx::close));
    if (settings.connections().brokerUri().isPresent()) return steps;
    var running = EmbeddedParts.runningBroker(settings.embedded());
    running.ifPresent(this::brokerAt);
    if (running.isEmpty()) steps.add(embeddedBroker());
    return steps;
  }

  Vertx vertx() {
    return vertx;
  }

  /** Of the parts that have started. */
  Map<Entrance, String> entrances() {
    return Map.copyOf(entrances);
  }

  private void addEmbedded(List<Step> steps) {
    var connections = settings.connections();
    boolean database = connections.databaseUri().isEmpty();
    boolean broker = connections.brokerUri().isEmpty();
    if (database) addDatabase(steps);
    if (broker) steps.add(embeddedBroker());
    if (database || broker) entrances.put(Entrance.DATA, settings.embedded().data().toString());
    else entrances.put(Entrance.DATA, ConnectionSettings.place(databaseUri));
  }

  private Step embeddedBroker() {
    var limit = settings.connections().broker().deadLetters();
    return EmbeddedParts.broker(vertx, settings.embedded(), limit, health, this::brokerAt);
  }

  private void addDatabase(List<Step> steps) {
    steps.add(EmbeddedParts.database(vertx, settings.embedded(), health, this::databaseAt));
    steps.add(schema());
  }

  /** Here and now, as the database is there; persist does it too, once a database answers. */
  private Step schema() {
    return new Step(
        "database schema",
        SHORT_LIMIT,
        () -> Database.migrate(vertx, surroundings().database()),
        Future::succeededFuture);
  }

  private void databaseAt(String uri) {
    databaseUri = uri;
  }

  private void brokerAt(String uri) {
    brokerUri = uri;
  }

  /** As it is known by now: that of embedded parts once they have started. */
  Surroundings surroundings() {
    var connections = settings.connections();
    return new Surroundings(
        connections.brokerAt(brokerUri),
        connections.databaseAt(databaseUri),
        metrics.registry(),
        health,
        settings.process().host(),
        settings.times(),
        settings.process().http());
  }

  private Step operations() {
    return verticle(
        "operations",
        SHORT_LIMIT,
        () -> new OperationsVerticle(settings.operations(), surroundings(), metrics),
        started -> reach(Entrance.OPERATIONS, "http", started.port(), "/readyz"));
  }

  private Step satellite() {
    return verticle(
        "satellite",
        SHORT_LIMIT,
        () -> new SatelliteVerticle(settings.roles().satellite(), surroundings()),
        started -> reach(Entrance.SATELLITE, "ws", started.port(), "/graphql"));
  }

  private Step api() {
    return verticle(
        "api",
        API_LIMIT,
        () -> new ApiVerticle(settings.roles().api(), surroundings()),
        started -> {
          reach(Entrance.GRAPHQL, "http", started.port(), "/graphql");
          reach(Entrance.GRAPHIQL, "http", started.port(), "/graphiql");
          reach(Entrance.DOCS, "http", started.port(), Documentation.DOCS);
        });
  }

  private Step persist() {
    return verticle(
        "persist",
        PERSIST_LIMIT,
        () -> new PersistVerticle(settings.roles().persist(), surroundings()),
        started -> {});
  }

  private Step ingest() {
    return verticle(
        "ingest",
        INGEST_LIMIT,
        () -> new IngestVerticle(settings.roles().ingest(), surroundings()),
        started -> {
          ingestPort = started.port();
          reach(Entrance.PUSH, "http", started.port(), "/readings/{series}");
          reach(Entrance.PUSH_DOCS, "http", started.port(), Documentation.DOCS);
        });
  }

  /** Stopped without waiting: it has no state to lose, and others need the time. */
  private Step building(Building building) {
    var awaited =
        verticle(
            "building",
            Duration.ZERO,
            () -> new BuildingVerticle(building, ingestUrl(), metrics.registry()),
            started -> entrances.put(Entrance.BUILDING, building.toString()));
    return new Step(
        awaited.name(),
        awaited.stopLimit(),
        awaited.start(),
        () -> {
          awaited.stop().get().onFailure(late -> log.debug("event=building_not_stopped", late));
          return Future.succeededFuture();
        });
  }

  private URI ingestUrl() {
    var host = settings.process().host();
    var here = Entrance.url("http", host, ingestPort, "");
    return settings.roles().building().url().orElseGet(() -> URI.create(here));
  }

  /**
   * @param name of the part; the setting of its port, if it has one, is named after it
   */
  private <V extends Deployable> Step verticle(
      String name, Duration stopLimit, Supplier<V> made, Consumer<V> started) {
    var id = new AtomicReference<String>();
    return new Step(
        name,
        stopLimit,
        () -> {
          var verticle = made.get();
          return vertx
              .deployVerticle(verticle)
              .onSuccess(
                  deployed -> {
                    id.set(deployed);
                    started.accept(verticle);
                  })
              .recover(failure -> Future.failedFuture(settings.ports().explained(name, failure)));
        },
        () -> vertx.undeploy(id.get()));
  }

  private void reach(Entrance entrance, String scheme, int port, String path) {
    entrances.put(entrance, Entrance.url(scheme, settings.process().host(), port, path));
  }
}
