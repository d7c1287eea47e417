package io.stripchart.bench.load;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import io.stripchart.common.reading.ReadingJson;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Many subscribers of one series, each with a connection of its own, and a reading a second.
 * Measures the time from each publishing until each subscriber has the reading, and counts missing
 * ones.
 */
public final class Crowd {
  private static final String SERIES = "bench.crowd";
  private static final int CONNECTING_AT_ONCE = 200;
  private static final long PATIENCE_SECONDS = 30;

  private final int warmUp;
  private final long[] published;

  /** How many subscribers have had each reading. */
  private final AtomicIntegerArray seen;

  private final Latencies latencies = new Latencies();

  private Crowd(int warmUp, int count) {
    this.warmUp = warmUp;
    this.published = new long[count];
    this.seen = new AtomicIntegerArray(count);
  }

  /**
   * @param arguments URI of the broker, port of the api, subscribers, readings to warm up, readings
   *     to measure
   */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[1]);
    int subscribers = Integer.parseInt(arguments[2]);
    int warmUp = Integer.parseInt(arguments[3]);
    int count = warmUp + Integer.parseInt(arguments[4]);
    var crowd = new Crowd(warmUp, count);
    var options = new WebSocketClientOptions().setMaxConnections(subscribers);
    crowd.gather(Vertx.vertx().createWebSocketClient(options), port, subscribers);
    var factory = new ConnectionFactory();
    factory.setUri(arguments[0]);
    try (var connection = factory.newConnection("bench crowd");
        var channel = connection.createChannel()) {
      channel.confirmSelect();
      for (int i = 0; i < count; i++) {
        crowd.publish(channel, i);
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      }
    }
    crowd.tell(subscribers);
    System.exit(0);
  }

  private void gather(WebSocketClient client, int port, int subscribers) throws Exception {
    for (int begun = 0; begun < subscribers; begun += CONNECTING_AT_ONCE) {
      var opening = new ArrayList<Future<Void>>();
      for (int i = begun; i < Math.min(subscribers, begun + CONNECTING_AT_ONCE); i++)
        opening.add(Subscriber.open(client, port, SERIES, this::heard));
      Future.all(opening).await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void publish(Channel channel, int number) throws Exception {
    var properties =
        new AMQP.BasicProperties.Builder().contentType("application/json").deliveryMode(2).build();
    var body = ReadingJson.encode(Instant.now(), number);
    synchronized (this) {
      published[number] = System.nanoTime();
    }
    channel.basicPublish("stripchart.readings", SERIES, properties, body);
  }

  private void heard(double value) {
    int number = (int) value;
    long now = System.nanoTime();
    synchronized (this) {
      if (number >= warmUp) latencies.add(now - published[number]);
    }
    seen.incrementAndGet(number);
  }

  private void tell(int subscribers) {
    long expected = (long) subscribers * (published.length - warmUp);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (seen() < expected && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    synchronized (this) {
      new Outcome().with("", latencies).with("missing", (double) (expected - seen())).print();
    }
  }

  private long seen() {
    long all = 0;
    for (int i = warmUp; i < published.length; i++) all += seen.get(i);
    return all;
  }
}
