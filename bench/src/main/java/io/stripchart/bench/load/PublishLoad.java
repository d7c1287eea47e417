package io.stripchart.bench.load;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import io.stripchart.common.reading.ReadingJson;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Publishes single readings of many series in turn, 1,000 of them unconfirmed. */
public final class PublishLoad {
  private static final int UNCONFIRMED = 1_000;

  private final Semaphore window = new Semaphore(UNCONFIRMED);
  private long confirmed;

  private PublishLoad() {}

  /**
   * @param arguments URI of the broker, series, seconds
   */
  public static void main(String[] arguments) throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(arguments[0]);
    long end = System.nanoTime() + (long) (Double.parseDouble(arguments[2]) * 1e9);
    try (var connection = factory.newConnection("bench devices");
        var channel = connection.createChannel()) {
      var load = new PublishLoad();
      load.listen(channel);
      load.publish(channel, Integer.parseInt(arguments[1]), end);
    }
    System.exit(0);
  }

  private void listen(Channel channel) throws Exception {
    channel.confirmSelect();
    channel.addConfirmListener(this::confirmed, this::confirmed);
  }

  /** On the connection's one thread. */
  private void confirmed(long tag, boolean multiple) {
    // All up to it, or one of them: as many as are missing are confirmed sooner or later.
    long count = multiple ? Math.max(0, tag - confirmed) : 1;
    confirmed += count;
    window.release((int) count);
  }

  private void publish(Channel channel, int series, long end) throws Exception {
    var properties =
        new AMQP.BasicProperties.Builder().contentType("application/json").deliveryMode(2).build();
    for (int next = 0; System.nanoTime() < end; next = (next + 1) % series) {
      if (!window.tryAcquire(10, TimeUnit.SECONDS))
        throw new IllegalStateException("the broker confirms nothing");
      var body = ReadingJson.encode(Instant.now(), 20 + next % 1_000 / 100.0);
      channel.basicPublish("stripchart.readings", "bench.device." + next, properties, body);
    }
  }
}
