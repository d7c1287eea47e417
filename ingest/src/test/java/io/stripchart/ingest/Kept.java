package io.stripchart.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.broker.Source;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingJson;
import io.stripchart.common.settings.Secret;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/** Everything that reaches a queue of the broker. */
final class Kept implements AutoCloseable {
  private static final double LAST = -1;

  private final Queue<Delivery> deliveries = new ConcurrentLinkedQueue<>();
  private final DurableConsumer consumer;

  private Kept(Vertx vertx, String uri, String queue) {
    consumer =
        DurableConsumer.open(
            vertx,
            BrokerSettings.of(new Secret(uri)),
            "test " + queue,
            Source.queue(queue, 1_000),
            this::take);
  }

  static Kept in(Vertx vertx, String uri, String queue) {
    return new Kept(vertx, uri, queue);
  }

  private void take(List<Delivery> batch) {
    deliveries.addAll(batch);
    consumer.ackThrough(batch.get(batch.size() - 1));
  }

  /**
   * Readings of a series in the order in which they came, each once: a broker whose connection
   * broke may bring one twice, with the same time, which is the same reading.
   */
  List<Reading> readings(String series) {
    var readings = new LinkedHashMap<Instant, Reading>();
    for (var reading : all(series)) readings.putIfAbsent(reading.time(), reading);
    return List.copyOf(readings.values());
  }

  /** As {@link #readings}, but with those that came twice. */
  List<Reading> all(String series) {
    var readings = new ArrayList<Reading>();
    for (var delivery : deliveries) {
      boolean isReading = delivery.exchange().equals(Topology.READINGS);
      if (isReading && delivery.routingKey().equals(series)) {
        readings.addAll(ReadingJson.readings(series, delivery.body(), Instant.EPOCH, 10_000));
      }
    }
    return readings;
  }

  List<Double> values(String series) {
    return readings(series).stream().map(Reading::value).toList();
  }

  /** Waits until exactly these values came, each once and in this order. */
  void awaitValues(String series, List<Double> values) {
    await()
        .atMost(60, SECONDS)
        .untilAsserted(() -> assertThat(values(series)).hasSizeGreaterThanOrEqualTo(values.size()));
    assertThat(values(series)).isEqualTo(values);
  }

  /**
   * As {@link #awaitValues}, and nothing behind them: the next value to come is one that is sent
   * only then.
   */
  void awaitOnly(String series, List<Double> values, FeedLine line) {
    awaitValues(series, values);
    line.value(LAST);
    var andLast = new ArrayList<>(values);
    andLast.add(LAST);
    awaitValues(series, andLast);
  }

  /** Bodies of whatever came under a routing key. */
  List<String> bodies(String routingKey) {
    return deliveries.stream()
        .filter(delivery -> delivery.routingKey().equals(routingKey))
        .map(delivery -> new String(delivery.body(), UTF_8))
        .toList();
  }

  /** {@code from} and the following ones, up to {@code to}, exclusive. */
  static List<Double> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> (double) i).toList();
  }

  @Override
  public void close() {
    consumer.close().await();
  }
}
