package io.stripchart.bench.load;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import io.stripchart.common.reading.ReadingJson;
import io.stripchart.common.reading.StoredBatch;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes readings at a steady rate, and takes the time until each is announced as committed and
 * until a subscriber has it. A reading's value is its number.
 */
public final class LatencyProbe {
  private static final String SERIES = "bench.latency";
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final int rate;
  private final int warmUp;
  private final int count;
  private final AtomicLongArray published;
  private final AtomicLongArray committed;
  private final AtomicLongArray seen;

  private LatencyProbe(int rate, int warmUp, int count) {
    this.rate = rate;
    this.warmUp = warmUp;
    this.count = count;
    this.published = new AtomicLongArray(count);
    this.committed = new AtomicLongArray(count);
    this.seen = new AtomicLongArray(count);
  }

  /**
   * @param arguments URI of the broker, port of the api, readings a second, seconds to warm up,
   *     seconds to measure
   */
  public static void main(String[] arguments) throws Exception {
    int rate = Integer.parseInt(arguments[2]);
    int warmUp = (int) (rate * Double.parseDouble(arguments[3]));
    int count = warmUp + (int) (rate * Double.parseDouble(arguments[4]));
    var probe = new LatencyProbe(rate, warmUp, count);
    var factory = new ConnectionFactory();
    factory.setUri(arguments[0]);
    var client = Vertx.vertx().createWebSocketClient();
    try (var connection = factory.newConnection("bench latency");
        var listening = connection.createChannel();
        var publishing = connection.createChannel()) {
      probe.listenToCommits(listening);
      int port = Integer.parseInt(arguments[1]);
      Subscriber.open(client, port, SERIES, value -> note(probe.seen, value))
          .await(10, TimeUnit.SECONDS);
      publishing.confirmSelect();
      probe.publish(publishing);
      probe.awaitAll();
    }
    probe.tell();
    System.exit(0);
  }

  private void listenToCommits(Channel channel) throws Exception {
    var queue = channel.queueDeclare("", false, true, false, Map.of()).getQueue();
    channel.queueBind(queue, "stripchart.stored", "");
    var unused =
        channel.basicConsume(
            queue,
            true,
            (tag, delivery) -> {
              for (var reading : StoredBatch.decode(delivery.getBody()).readings()) {
                if (reading.series().equals(SERIES)) note(committed, reading.value());
              }
            },
            tag -> {});
  }

  private static void note(AtomicLongArray times, double number) {
    times.set((int) number, System.nanoTime());
  }

  private void publish(Channel channel) throws Exception {
    long interval = TimeUnit.SECONDS.toNanos(1) / rate;
    var properties =
        new AMQP.BasicProperties.Builder().contentType("application/json").deliveryMode(2).build();
    long due = System.nanoTime();
    for (int i = 0; i < count; i++) {
      due += interval;
      for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime())
        LockSupport.parkNanos(early);
      var body = ReadingJson.encode(Instant.now(), i);
      published.set(i, System.nanoTime());
      channel.basicPublish("stripchart.readings", SERIES, properties, body);
    }
  }

  private void awaitAll() {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (missing() > 0 && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private int missing() {
    int missing = 0;
    for (int i = warmUp; i < count; i++) {
      if (seen.get(i) == 0 || committed.get(i) == 0) missing++;
    }
    return missing;
  }

  private void tell() {
    new Outcome()
        .with("commit_", since(committed))
        .with("subscriber_", since(seen))
        .with("missing", missing())
        .print();
  }

  /** By the second in which each was due to be published. */
  private LatenciesBySecond since(AtomicLongArray arrived) {
    var latencies = new LatenciesBySecond();
    for (int i = warmUp; i < count; i++) {
      if (arrived.get(i) != 0)
        latencies.add((i - warmUp) / rate, arrived.get(i) - published.get(i));
    }
    return latencies;
  }
}
