package io.stripchart.bench.load;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import io.stripchart.common.reading.ReadingJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes a reading a second of each of many series, and meanwhile asks for their rolling average
 * at a steady rate. A question's time counts from when it is due.
 */
public final class RollingProbe {
  private static final int QUESTIONS_A_SECOND = 50;

  private final HttpClient http = HttpClient.newHttpClient();
  private final LatenciesBySecond latencies = new LatenciesBySecond();
  private int failed;

  private RollingProbe() {}

  /**
   * @param arguments URI of the broker, port of the api, prefix of the series, how many they are,
   *     seconds to warm up, seconds to measure
   */
  public static void main(String[] arguments) throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(arguments[0]);
    var probe = new RollingProbe();
    try (var connection = factory.newConnection("bench rolling");
        var channel = connection.createChannel()) {
      channel.confirmSelect();
      var sensors =
          new Thread(() -> publish(channel, arguments[2], Integer.parseInt(arguments[3])));
      sensors.setDaemon(true);
      sensors.start();
      var question = question(arguments[1], arguments[2]);
      probe.ask(question, Double.parseDouble(arguments[4]), Double.parseDouble(arguments[5]));
    }
    new Outcome().with("", probe.latencies).with("failed", probe.failed).print();
    System.exit(0);
  }

  private static void publish(Channel channel, String prefix, int series) {
    var properties =
        new AMQP.BasicProperties.Builder().contentType("application/json").deliveryMode(2).build();
    long due = System.nanoTime();
    try {
      for (int i = 0; ; i = (i + 1) % series) {
        due += TimeUnit.SECONDS.toNanos(1) / series;
        await(due);
        var body = ReadingJson.encode(Instant.now(), i);
        channel.basicPublish("stripchart.readings", prefix + "." + i, properties, body);
      }
    } catch (IOException | AlreadyClosedException ended) {
      System.err.println("publishing ended: " + ended.getMessage());
    }
  }

  private static void await(long due) {
    for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime())
      LockSupport.parkNanos(early);
  }

  private static HttpRequest question(String port, String prefix) {
    var query =
        "{\"query\":\"{ rollingAverage(series: \\\""
            + prefix
            + ".*\\\", window: \\\"PT15M\\\") { value count } }\"}";
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/graphql"))
        .header("content-type", "application/json")
        .POST(BodyPublishers.ofString(query))
        .build();
  }

  /**
   * One after the other: an answer that is late makes the next ones late too, and they count so.
   */
  private void ask(HttpRequest question, double warmUp, double seconds) throws Exception {
    long interval = TimeUnit.SECONDS.toNanos(1) / QUESTIONS_A_SECOND;
    int uncounted = (int) (warmUp * QUESTIONS_A_SECOND);
    int count = uncounted + (int) (seconds * QUESTIONS_A_SECOND);
    http.send(question, BodyHandlers.ofString());
    long due = System.nanoTime();
    for (int i = 0; i < count; i++) {
      due += interval;
      await(due);
      var answer = http.send(question, BodyHandlers.ofString());
      if (!answer.body().startsWith("{\"data\":{\"rollingAverage\":{\"value\":")) failed++;
      if (i >= uncounted) {
        latencies.add((i - uncounted) / QUESTIONS_A_SECOND, System.nanoTime() - due);
      }
    }
  }
}
