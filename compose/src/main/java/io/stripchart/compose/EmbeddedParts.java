package io.stripchart.compose;

import io.stripchart.common.broker.BrokerSettings.DeadLetterLimit;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.operations.Health;
import io.stripchart.compose.Lifecycle.Step;
import io.stripchart.embedded.EmbeddedBroker;
import io.stripchart.embedded.EmbeddedDatabase;
import io.stripchart.embedded.FolderUnusableException;
import io.stripchart.embedded.PortTakenException;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The embedded broker and database as steps, and where those are that another process runs. The
 * only class that names theirs, which production does not have.
 */
final class EmbeddedParts {
  private static final Duration BROKER_LIMIT = Duration.ofSeconds(3);
  private static final Duration DATABASE_LIMIT = Duration.ofMillis(4_500);

  private EmbeddedParts() {}

  /**
   * The URI of the database that another process runs on the folder, if one does; waits for one
   * that is starting.
   */
  static Optional<String> runningDatabase(EmbeddedSettings settings) {
    return EmbeddedDatabase.runningOn(databaseFolder(settings));
  }

  /** As {@link #runningDatabase}, of the broker. */
  static Optional<String> runningBroker(EmbeddedSettings settings) {
    return EmbeddedBroker.runningOn(brokerFolder(settings));
  }

  private static Path databaseFolder(EmbeddedSettings settings) {
    return settings.data().resolve("database");
  }

  private static Path brokerFolder(EmbeddedSettings settings) {
    return settings.data().resolve("broker");
  }

  /**
   * @param health reports that it died and is being restarted
   * @param started receives its URI
   */
  static Step database(
      Vertx vertx, EmbeddedSettings settings, Health health, Consumer<String> started) {
    var config =
        EmbeddedDatabase.Config.durable(databaseFolder(settings)).withPort(settings.databasePort());
    return step(
        "embedded database",
        DATABASE_LIMIT,
        vertx,
        () -> startedOr("STRIPCHART_EMBEDDED_DATABASE_PORT", () -> EmbeddedDatabase.start(config)),
        database -> {
          health.add("embedded.database", database::problem);
          started.accept(database.uri());
        });
  }

  /**
   * @param limit of the dead-letter queue, also of an existing one
   * @param health reports whether it works
   * @param started receives its URI
   */
  static Step broker(
      Vertx vertx,
      EmbeddedSettings settings,
      DeadLetterLimit limit,
      Health health,
      Consumer<String> started) {
    var config =
        EmbeddedBroker.Config.durable(brokerFolder(settings)).withPort(settings.brokerPort());
    return step(
        "embedded broker",
        BROKER_LIMIT,
        vertx,
        () ->
            startedOr(
                "STRIPCHART_EMBEDDED_AMQP_PORT",
                () -> EmbeddedBroker.start(config.withKeptPassword())),
        broker -> {
          broker.limitQueue(Topology.DEAD, limit.messages(), limit.bytes());
          health.add("embedded.broker", broker::problem);
          started.accept(broker.uri());
        });
  }

  private static <P extends AutoCloseable> Step step(
      String name, Duration stopLimit, Vertx vertx, Callable<P> start, Consumer<P> started) {
    var part = new AtomicReference<P>();
    return new Step(
        name,
        stopLimit,
        () ->
            vertx
                .executeBlocking(start)
                .onSuccess(
                    running -> {
                      part.set(running);
                      started.accept(running);
                    }),
        () -> vertx.executeBlocking(() -> closed(part.get())));
  }

  /** Names the setting if the port is taken or the folder cannot be used. */
  private static <P> P startedOr(String portSetting, Supplier<P> start) {
    try {
      return start.get();
    } catch (PortTakenException taken) {
      throw new ExplainedException(Ports.taken("127.0.0.1", taken.port(), portSetting), taken);
    } catch (FolderUnusableException unusable) {
      throw new ExplainedException(
          unusable.getMessage() + "; choose another by STRIPCHART_DATA", unusable);
    }
  }

  private static Void closed(AutoCloseable part) throws Exception {
    part.close();
    return null;
  }
}
