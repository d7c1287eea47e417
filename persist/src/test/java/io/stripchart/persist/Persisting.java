package io.stripchart.persist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.Surroundings;
import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.operations.Health;
import io.stripchart.common.reading.StoredBatch;
import io.stripchart.common.settings.Secret;
import io.stripchart.persist.rollup.RollupSettings;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;

/** A persist role that runs, and a publisher that knows nothing of it. */
final class Persisting implements AutoCloseable {
  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  final Health health = new Health();
  final List<StoredBatch> announced = new CopyOnWriteArrayList<>();
  final Channel channel;
  private final TestBroker broker;
  private final TestDatabase database;
  private final Vertx vertx = Vertx.vertx();
  private final Connection connection;

  Persisting(TestBroker broker, TestDatabase database) throws Exception {
    this.broker = broker;
    this.database = database;
    connection = broker.connect();
    channel = connection.createChannel();
    channel.confirmSelect();
  }

  static PersistSettings settings() {
    var rollup = new RollupSettings(Duration.ofMinutes(1), Optional.empty(), Duration.ofDays(1));
    return new PersistSettings(10_000, 5_000, 7, Duration.ofSeconds(10), rollup);
  }

  /** Starts one, and waits until it consumes. */
  Persisting start() throws Exception {
    return start(settings(), DatabaseSettings.of(new Secret(database.uri())));
  }

  Persisting start(PersistSettings settings, DatabaseSettings databaseSettings) throws Exception {
    deploy(settings, databaseSettings, health);
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> health.report().values().stream().allMatch(problem -> problem.isEmpty()));
    return this;
  }

  /** Starts one that may find broker or database away. */
  void deploy(PersistSettings settings, DatabaseSettings databaseSettings, Health health)
      throws Exception {
    var unused = deploy(settings, databaseSettings, health, Clock.systemUTC());
  }

  /**
   * @return the deployment's id
   */
  String deploy(
      PersistSettings settings, DatabaseSettings databaseSettings, Health health, Clock clock)
      throws Exception {
    var surroundings =
        new Surroundings(
            BrokerSettings.of(new Secret(broker.uri())),
            databaseSettings,
            metrics,
            health,
            "127.0.0.1");
    return vertx
        .deployVerticle(new PersistVerticle(settings, surroundings, clock))
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, SECONDS);
  }

  /** Stops one of several. */
  void undeploy(String id) throws Exception {
    var unused = vertx.undeploy(id).toCompletionStage().toCompletableFuture().get(30, SECONDS);
  }

  /** Collects announcements from now on. */
  Persisting listening() throws IOException {
    var heard = connection.createChannel();
    var queue = heard.queueDeclare().getQueue();
    heard.queueBind(queue, Topology.STORED, "");
    heard.basicConsume(
        queue,
        true,
        (tag, delivery) -> announced.add(StoredBatch.decode(delivery.getBody())),
        tag -> {});
    return this;
  }

  void publish(String series, String body) throws IOException {
    publish(series, body.getBytes(UTF_8));
  }

  void publish(String series, byte[] body) throws IOException {
    publish(series, body, new AMQP.BasicProperties.Builder().deliveryMode(2).build());
  }

  void publish(String series, byte[] body, AMQP.BasicProperties properties) throws IOException {
    channel.basicPublish(Topology.READINGS, series, properties, body);
  }

  /** Returns when the broker has all that was published. */
  void confirmed() throws IOException, InterruptedException, TimeoutException {
    channel.waitForConfirmsOrDie(30_000);
  }

  /**
   * A reading of a series at so many microseconds after a fixed time, with that number as value.
   */
  void publishNumbered(String series, int from, int to)
      throws IOException, InterruptedException, TimeoutException {
    for (int i = from; i < to; i++) publish(series, numbered(i, i));
    confirmed();
  }

  static String numbered(int micros, double value) {
    return "{\"value\":%s,\"time\":\"2026-11-21T02:41:48.%06dZ\"}".formatted(value, micros);
  }

  /** Takes everything off the dead-letter queue. */
  List<GetResponse> dead() throws IOException {
    var dead = new ArrayList<GetResponse>();
    for (var next = channel.basicGet(Topology.DEAD, true);
        next != null;
        next = channel.basicGet(Topology.DEAD, true)) {
      dead.add(next);
    }
    return dead;
  }

  long queued() throws IOException {
    return channel.messageCount(Topology.PERSIST);
  }

  double counted(String counter) {
    return metrics.counter(counter).count();
  }

  /** Stops in order. */
  void stop() {
    var unused =
        vertx.close().toCompletionStage().toCompletableFuture().orTimeout(30, SECONDS).join();
  }

  @Override
  public void close() throws IOException {
    stop();
    if (connection.isOpen()) connection.close();
  }
}
