package io.stripchart.persist;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** Metrics of persist. */
final class PersistMetrics {
  /** Why a message was put aside. */
  enum Cause {
    /** Not a reading. */
    MALFORMED,
    /** The database refuses it. */
    REFUSED,
    /** It would make a series, and there are as many as there may be. */
    SERIES_LIMIT,
    /** This program fails over it. */
    BUG
  }

  final Counter stored;
  final Counter duplicate;
  final Counter conflicting;
  final Counter possiblyDoubled;
  final Counter retries;
  final Counter unannounced;
  final Counter partitions;
  final Counter givenBack;
  final DistributionSummary batch;
  final Timer commit;
  private final Map<Cause, Counter> dead = new EnumMap<>(Cause.class);
  private final MeterRegistry registry;
  private final Gauge gathered;
  private final Gauge queued;
  private final AtomicInteger waiting = new AtomicInteger();
  private final List<Gauge> more = new ArrayList<>();

  /**
   * @param queuedMessages supplies the number of messages in the queue that no process has taken
   */
  PersistMetrics(MeterRegistry registry, LongSupplier queuedMessages) {
    stored = counter(registry, "stripchart.readings.stored", "Readings stored for the first time");
    duplicate =
        counter(registry, "stripchart.readings.duplicate", "Readings that were stored before");
    conflicting =
        counter(
            registry,
            "stripchart.readings.conflicting",
            "Readings not stored, as their series has another value at their time");
    possiblyDoubled =
        counter(
            registry,
            "stripchart.readings.possibly.doubled",
            "Readings without any time that were delivered again, and may have been stored before");
    retries =
        counter(
            registry,
            "stripchart.persist.retries",
            "Transactions repeated because the database failed");
    unannounced =
        counter(
            registry,
            "stripchart.batches.unannounced",
            "Stored batches that were not announced to live readers");
    partitions = counter(registry, "stripchart.partitions.made", "Partitions created");
    givenBack =
        counter(
            registry,
            "stripchart.persist.given.back",
            "Times that messages were given back to the queue, as the database could not be"
                + " reached");
    batch = batch(registry);
    commit = commit(registry);
    for (var cause : Cause.values()) dead.put(cause, dead(registry, cause));
    this.registry = registry;
    gathered =
        Gauge.builder("stripchart.persist.gathered", waiting, AtomicInteger::get)
            .description("Messages that wait for the next batch")
            .register(registry);
    queued =
        Gauge.builder("stripchart.queue.messages", queuedMessages::getAsLong)
            .description("Messages in the queue of readings that no process has taken")
            .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private static DistributionSummary batch(MeterRegistry registry) {
    return DistributionSummary.builder("stripchart.batch.readings")
        .description("Readings in a transaction")
        .serviceLevelObjectives(1, 10, 100, 500, 1_000, 2_000, 5_000, 10_000)
        .register(registry);
  }

  private static Timer commit(MeterRegistry registry) {
    return Timer.builder("stripchart.batch.commit")
        .description("From a batch's beginning to its commit")
        .serviceLevelObjectives(
            Duration.ofMillis(1),
            Duration.ofMillis(2),
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(20),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5))
        .register(registry);
  }

  private static Counter dead(MeterRegistry registry, Cause cause) {
    return Counter.builder("stripchart.messages.dead")
        .description("Messages put on the dead-letter queue")
        .tag("cause", cause.name().toLowerCase(Locale.ROOT))
        .register(registry);
  }

  void dead(Cause cause) {
    dead.get(cause).increment();
  }

  void waiting(int messages) {
    waiting.set(messages);
  }

  /**
   * @param aside supplies the number of messages set aside
   * @param wanted supplies the number of partitions still to be created
   */
  void watch(IntSupplier aside, IntSupplier wanted) {
    more.add(
        Gauge.builder("stripchart.persist.set.aside", aside::getAsInt)
            .description(
                "Messages that wait, unacknowledged, while others are stored: for a partition, or"
                    + " as the database fails over them")
            .register(registry));
    more.add(
        Gauge.builder("stripchart.partitions.wanted", wanted::getAsInt)
            .description("Partitions still to be created")
            .register(registry));
  }

  /** Gauges live as long as their source; counters continue. */
  void close() {
    more.forEach(registry::remove);
    registry.remove(gathered);
    registry.remove(queued);
  }
}
