package io.stripchart.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Metrics of the api. Safe for any thread. */
public final class ApiMetrics {
  /** How a request ended. */
  public enum Outcome {
    /** Answered without an error. */
    OK,
    /** Executed, and at least one field failed. */
    FAILED,
    /** Not executed: the document or its variables are wrong. */
    INVALID,
    /** Not even a GraphQL request: wrong method, media type, body or size. */
    REFUSED
  }

  /** How a request of REST ended. */
  public enum RestOutcome {
    /** Answered, to its end. */
    OK,
    /** The client has this response already and got 304. */
    NOT_MODIFIED,
    /** The request is invalid, or its subject does not exist. */
    REFUSED,
    /** It could not be answered, or not to its end. */
    FAILED,
    /** The client went away before the end of its request, or of a stream. */
    GONE
  }

  /** Kinds of database queries. */
  public enum Query {
    LATEST,
    STATISTICS,
    BUCKETS,
    CHART,
    READINGS,
    MEASUREMENTS,
    SERIES,
    WINDOW,
    /** Lists of rooms and buildings, and their latest readings. */
    ROOMS,
    /** Reads of subscribers in the past. */
    HISTORY,
    /** Reads of stored batches that were missed or are no longer in memory. */
    BATCHES,
    /** Which factories there are, and changes of them. */
    FACTORIES,
    /** Production of factories. */
    CHARTS,
    /** Attainment of factories. */
    ATTAINMENT
  }

  private final MeterRegistry registry;
  private final Map<Outcome, Counter> requests = new EnumMap<>(Outcome.class);
  private final Map<Query, Timer> queries = new EnumMap<>(Query.class);
  private final Map<RestOutcome, Counter> restRequests = new EnumMap<>(RestOutcome.class);
  private final Counter missed;
  private final Counter gaps;
  private final Counter recovered;
  private final Counter reread;
  private final Counter untold;
  private final Counter deleted;
  private final AtomicInteger behind;
  private final AtomicInteger subscribers;
  private final AtomicInteger sockets;
  private final AtomicInteger rollingReadings;
  private final AtomicLong roomBytes = new AtomicLong();
  private final AtomicLong factoryBytes = new AtomicLong();
  private final AtomicInteger streams;
  private final AtomicInteger streamRowsHeld;
  private final Counter streamRows;

  public ApiMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (var outcome : Outcome.values()) {
      requests.put(
          outcome,
          counter("requests", "GraphQL requests", c -> c.tag("outcome", tag(outcome)), registry));
    }
    for (var query : Query.values()) {
      queries.put(
          query,
          Timer.builder("stripchart.api.query")
              .description("Time that the database took to answer")
              .tag("query", tag(query))
              .register(registry));
    }
    missed = counter("events.missed", "Events that slow subscribers missed", c -> c, registry);
    gaps =
        counter(
            "live.gaps",
            "Times that stored batches were missed, or may have been",
            c -> c,
            registry);
    recovered =
        counter(
            "live.recovered", "Stored batches that were missed and found again", c -> c, registry);
    reread =
        counter("readings.reread", "Readings that subscribers had read again", c -> c, registry);
    untold =
        counter(
            "batches.untold",
            "Stored batches that could not be read again for a subscriber",
            c -> c,
            registry);
    deleted = counter("readings.deleted", "Readings deleted by request", c -> c, registry);
    behind =
        gauge("subscribers.behind", "Subscriptions that read what they are behind with", registry);
    subscribers = gauge("subscribers", "Subscriptions that are running", registry);
    sockets = gauge("sockets", "Websockets that are open", registry);
    for (var outcome : RestOutcome.values()) {
      restRequests.put(
          outcome,
          counter(
              "rest.requests", "Requests of REST", c -> c.tag("outcome", tag(outcome)), registry));
    }
    rollingReadings =
        gauge("rolling.readings", "Readings that rolling averages are kept up with", registry);
    Gauge.builder("stripchart.api.room.bytes", roomBytes, AtomicLong::get)
        .description("What rooms and pages of rooms in memory take, about")
        .strongReference(true)
        .register(registry);
    Gauge.builder("stripchart.api.factory.bytes", factoryBytes, AtomicLong::get)
        .description("What charts of factories in memory take, about")
        .strongReference(true)
        .register(registry);
    streams = gauge("streams", "Streams of rows that are running", registry);
    streamRowsHeld =
        gauge("stream.rows.held", "Rows read for streams that no client has taken yet", registry);
    streamRows = counter("stream.rows", "Rows that clients took of streams", c -> c, registry);
  }

  /** Registers the memory of responses. */
  void answers(AnswerMemory answers) {
    Gauge.builder("stripchart.api.answer.bytes", answers.held(), AtomicLong::get)
        .description("Bytes of answers that clients have not taken yet")
        .strongReference(true)
        .register(registry);
  }

  private static Counter counter(
      String name,
      String description,
      Function<Counter.Builder, Counter.Builder> tags,
      MeterRegistry registry) {
    return tags.apply(Counter.builder("stripchart.api." + name).description(description))
        .register(registry);
  }

  private static AtomicInteger gauge(String name, String description, MeterRegistry registry) {
    var value = new AtomicInteger();
    Gauge.builder("stripchart.api." + name, value, AtomicInteger::get)
        .description(description)
        .strongReference(true)
        .register(registry);
    return value;
  }

  private static String tag(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  public void request(Outcome outcome) {
    requests.get(outcome).increment();
  }

  public Timer query(Query query) {
    return queries.get(query);
  }

  public void missed(long events) {
    missed.increment((double) events);
  }

  public void gap() {
    gaps.increment();
  }

  public void recovered(int batches) {
    recovered.increment(batches);
  }

  public void reread(int readings) {
    reread.increment(readings);
  }

  public void deleted(long readings) {
    deleted.increment((double) readings);
  }

  public void untold() {
    untold.increment();
  }

  public AtomicInteger behind() {
    return behind;
  }

  public AtomicInteger subscribers() {
    return subscribers;
  }

  public AtomicInteger sockets() {
    return sockets;
  }

  public void rest(RestOutcome outcome) {
    restRequests.get(outcome).increment();
  }

  /** Of all event loops. */
  public AtomicInteger rollingReadings() {
    return rollingReadings;
  }

  /** Of all event loops. */
  public AtomicLong roomBytes() {
    return roomBytes;
  }

  /** Of all event loops. */
  public AtomicLong factoryBytes() {
    return factoryBytes;
  }

  public AtomicInteger streams() {
    return streams;
  }

  public void streamRead(int rows) {
    streamRowsHeld.addAndGet(rows);
  }

  /**
   * @param taken whether the client took them; else it went away
   */
  public void streamEnded(int rows, boolean taken) {
    streamRowsHeld.addAndGet(-rows);
    if (taken) streamRows.increment(rows);
  }
}
