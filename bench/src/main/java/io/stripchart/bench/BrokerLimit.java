package io.stripchart.bench;

import com.rabbitmq.client.ConnectionFactory;
import io.stripchart.common.reading.ReadingJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The broker's own limit, by RabbitMQ's PerfTest: one producer, one consumer, messages as ours, a
 * quorum queue.
 */
final class BrokerLimit {
  private static final String NAME = "stripchart.bench";
  private static final int WARM_UP_SECONDS = 3;
  private static final int SIZE =
      ReadingJson.encode(Instant.parse("2026-11-21T02:41:48.123456Z"), 21.37).length;

  /** The received messages a second, and of their latencies in µs the median and the 99th. */
  private static final Pattern SECOND =
      Pattern.compile("received: (\\d+) msg/s.* consumer latency: \\d+/(\\d+)/\\d+/\\d+/(\\d+) ");

  private final String uri;

  BrokerLimit(String uri) {
    this.uri = uri;
  }

  /** Messages a second, and milliseconds from publish to delivery. */
  record Found(double rate, double p50, double p99) {}

  /** As many as go through. */
  Found atFullSpeed(int seconds) {
    return run(seconds, List.of());
  }

  Found at(int rate, int seconds) {
    return run(seconds, List.of("--rate", String.valueOf(rate)));
  }

  private Found run(int seconds, List<String> more) {
    var arguments =
        new ArrayList<>(
            List.of("--uri", uri, "--quorum-queue", "--queue", NAME, "--exchange", NAME));
    arguments.addAll(List.of("--type", "topic", "--routing-key", "bench.limit"));
    arguments.addAll(List.of("--size", String.valueOf(SIZE), "--flag", "persistent"));
    arguments.addAll(List.of("--message-properties", "contentType=application/json"));
    arguments.addAll(List.of("--confirm", "1000", "--qos", "5000", "--multi-ack-every", "500"));
    arguments.addAll(List.of("--time", String.valueOf(seconds + WARM_UP_SECONDS)));
    arguments.addAll(more);
    try (var perfTest =
        Child.java("PerfTest", "com.rabbitmq.perf.PerfTest", arguments.toArray(String[]::new))) {
      return found(perfTest.allLines(Duration.ofSeconds(seconds + 60L)));
    } finally {
      delete();
    }
  }

  /** The mean of its lines, one a second, without those of its warm-up. */
  private static Found found(List<String> lines) {
    var seconds =
        lines.stream()
            .map(SECOND::matcher)
            .filter(Matcher::find)
            .map(Matcher::toMatchResult)
            .skip(WARM_UP_SECONDS)
            .toList();
    if (seconds.isEmpty()) throw new IllegalStateException("PerfTest: " + lines);
    return new Found(mean(seconds, 1), mean(seconds, 2) / 1_000, mean(seconds, 3) / 1_000);
  }

  private static double mean(List<MatchResult> seconds, int group) {
    return seconds.stream()
        .mapToDouble(second -> Double.parseDouble(second.group(group)))
        .average()
        .orElseThrow();
  }

  private void delete() {
    try {
      var factory = new ConnectionFactory();
      factory.setUri(uri);
      try (var connection = factory.newConnection("bench cleanup");
          var channel = connection.createChannel()) {
        channel.queueDelete(NAME);
        channel.exchangeDelete(NAME);
      }
    } catch (Exception e) {
      throw new IllegalStateException("cannot delete " + NAME, e);
    }
  }
}
