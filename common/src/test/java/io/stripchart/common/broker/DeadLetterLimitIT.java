package io.stripchart.common.broker;

import static io.stripchart.common.broker.Loop.LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.broker.BrokerSettings.DeadLetterLimit;
import io.stripchart.common.settings.Secret;
import io.stripchart.testing.TestBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The dead-letter queue keeps the newest, on any broker. */
@Timeout(180)
class DeadLetterLimitIT {
  @RegisterExtension final TestBroker broker = TestBroker.create();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Loop loop = new Loop();
  private Inspection inspection;
  private DurablePublisher publisher;
  private DeadLetters letters;

  @BeforeEach
  void inspect() throws Exception {
    inspection = new Inspection(broker);
  }

  private void open(DeadLetterLimit limit) {
    var second = Duration.ofSeconds(2);
    var settings = new BrokerSettings(new Secret(broker.uri()), second, second, limit);
    publisher = loop.get(() -> DurablePublisher.open(loop.vertx, settings, "test", 1_000, metrics));
    letters = loop.get(() -> new DeadLetters(publisher));
    await().atMost(LONG).until(publisher::isConnected);
  }

  private void add(int from, int to, int size) {
    for (int i = from; i < to; i++) {
      var body = Arrays.copyOf(Integer.toString(i).getBytes(UTF_8), size);
      Arrays.fill(body, Integer.toString(i).length(), size, (byte) ' ');
      loop.await(
          () ->
              letters.take(
                  Topology.READINGS,
                  "room.1",
                  body,
                  Instant.EPOCH,
                  BrokerException.Fate.REFUSED,
                  "a test"));
    }
  }

  private int[] numbers() throws Exception {
    return inspection.take(Topology.DEAD).stream()
        .mapToInt(letter -> Integer.parseInt(new String(letter.getBody(), UTF_8).strip()))
        .toArray();
  }

  @AfterEach
  void close() throws Exception {
    loop.await(() -> publisher.close(Duration.ofMillis(1)));
    loop.close();
    inspection.close();
  }

  private double value(String meter) {
    return metrics.get(meter).meter().measure().iterator().next().getValue();
  }

  @Test
  void dropsTheOldestBeyondItsCountAndCountsThem() throws Exception {
    open(new DeadLetterLimit(10, 1 << 20));
    await().atMost(LONG).until(() -> inspection.queued(Topology.DEAD) == 0);
    add(0, 10, 10);
    await().atMost(LONG).until(() -> value("stripchart.dead.letters.queued") == 10);
    add(10, 25, 10);
    await().atMost(LONG).until(() -> value("stripchart.dead.letters.dropped") == 15);
    assertThat(numbers()).containsExactly(Inspection.range(15, 25));
  }

  @Test
  void dropsTheOldestBeyondItsBytes() throws Exception {
    open(new DeadLetterLimit(1_000, 1 << 20));
    add(0, 5, 400_000);
    await().atMost(LONG).until(() -> inspection.queued(Topology.DEAD) <= 2);
    assertThat(numbers()).containsExactly(3, 4);
  }

  /** As a version without a limit declared it. */
  @Test
  void keepsAQueueThatIsThereWithOtherArguments() throws Exception {
    try (var connection = broker.connect();
        var channel = connection.createChannel()) {
      Map<String, Object> arguments =
          Map.of("x-queue-type", "quorum", "x-delivery-limit", 1_000_000);
      channel.queueDeclare(Topology.DEAD, true, false, false, arguments);
      channel.queueBind(Topology.DEAD, Topology.DEAD, "");
    }
    open(new DeadLetterLimit(10, 1 << 20));
    add(0, 25, 10);
    assertThat(numbers()).hasSizeGreaterThanOrEqualTo(10).endsWith(Inspection.range(15, 25));
  }
}
