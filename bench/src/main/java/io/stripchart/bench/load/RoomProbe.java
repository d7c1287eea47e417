package io.stripchart.bench.load;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import io.stripchart.common.reading.ReadingJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * Publishes a reading a second of each of many series, and meanwhile asks a question about them at
 * a steady rate. A question's time counts from when it is due. The percentiles are those of all
 * questions: a second has too few for percentiles of its own.
 *
 * <p>It asks on a bare socket: in the JDK's client, a question goes from thread to thread, which
 * takes milliseconds if the processors are busy.
 */
public final class RoomProbe {
  private static final int QUESTIONS_A_SECOND = 50;
  private static final Pattern COUNT = Pattern.compile("\"count\":(\\d+)");

  private final HttpLoadConnection connection;
  private final Latencies latencies = new Latencies();
  private int failed;

  private RoomProbe(int port, byte[] question) throws IOException {
    var server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    connection = new HttpLoadConnection(server, new byte[][] {question}, 0);
  }

  /**
   * @param arguments URI of the broker; the series, with {@code %d} for their number; how many they
   *     are; port, path and body of the question, empty for a GET; seconds to warm up, seconds to
   *     measure
   */
  public static void main(String[] arguments) throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(arguments[0]);
    var body = arguments[5];
    var question =
        body.isEmpty() ? Request.get(arguments[4], "") : Request.post(arguments[4], body);
    var probe = new RoomProbe(Integer.parseInt(arguments[3]), question);
    try (var connection = factory.newConnection("bench room");
        var channel = connection.createChannel()) {
      channel.confirmSelect();
      var sensors =
          new Thread(() -> publish(channel, arguments[1], Integer.parseInt(arguments[2])));
      sensors.setDaemon(true);
      sensors.start();
      probe.ask(Double.parseDouble(arguments[6]), Double.parseDouble(arguments[7]));
    }
    new Outcome()
        .with("", probe.latencies)
        .with("failed", probe.failed)
        .with("count", probe.count())
        .print();
    System.exit(0);
  }

  private static void publish(Channel channel, String name, int series) {
    var properties =
        new AMQP.BasicProperties.Builder().contentType("application/json").deliveryMode(2).build();
    long due = System.nanoTime();
    try {
      for (int i = 0; ; i = (i + 1) % series) {
        due += TimeUnit.SECONDS.toNanos(1) / series;
        await(due);
        var body = ReadingJson.encode(Instant.now(), i);
        var key = name.replace("%d", String.valueOf(i));
        channel.basicPublish("stripchart.readings", key, properties, body);
      }
    } catch (IOException | AlreadyClosedException ended) {
      // Reported at the end of the measurement, or by failed queries.
    }
  }

  private static void await(long due) {
    for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime())
      LockSupport.parkNanos(early);
  }

  /**
   * One after the other: an answer that is late makes the next ones late too, and they count so.
   */
  private void ask(double warmUp, double seconds) {
    warmUp(warmUp);
    long interval = TimeUnit.SECONDS.toNanos(1) / QUESTIONS_A_SECOND;
    int count = (int) (seconds * QUESTIONS_A_SECOND);
    long due = System.nanoTime();
    for (int i = 0; i < count; i++) {
      due += interval;
      await(due);
      exchange();
      latencies.add(System.nanoTime() - due);
    }
  }

  /**
   * As fast as the answers come, since at so few questions a second it would be minutes until the
   * server's code is compiled. The first one loads the room.
   */
  private void warmUp(double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    do {
      exchange();
    } while (System.nanoTime() < end);
  }

  private void exchange() {
    connection.exchange();
    if (!connection.succeeded()) failed++;
  }

  /** Number of readings in the last result; 0 if it has none. */
  private double count() {
    var found = COUNT.matcher(connection.answer());
    return found.find() ? Double.parseDouble(found.group(1)) : 0;
  }
}
