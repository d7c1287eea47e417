package io.stripchart.common.broker;

import static io.stripchart.common.broker.Inspection.range;
import static io.stripchart.common.broker.Loop.LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.settings.Secret;
import io.stripchart.testing.TestBroker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a consumer promises, on any broker. */
@Timeout(180)
class ConsumerContractIT {
  private static final int MANY = 10_000;
  private static final int PREFETCH = 500;
  private static final int LARGE = 50_000;

  @RegisterExtension final TestBroker broker = TestBroker.create();
  private final Loop loop = new Loop();
  private final Taken taken = new Taken();
  private Inspection inspection;
  private DurableConsumer consumer;
  private Duration heartbeat = Duration.ofSeconds(2);

  @BeforeEach
  void prepare() throws Exception {
    inspection = new Inspection(broker);
  }

  @AfterEach
  void close() throws Exception {
    if (consumer != null) loop.await(consumer::close);
    loop.close();
    inspection.close();
  }

  private void consume(Source source) {
    var settings = new BrokerSettings(new Secret(broker.uri()), heartbeat, Duration.ofSeconds(2));
    consumer =
        loop.get(() -> DurableConsumer.open(loop.vertx, settings, "test consumer", source, taken));
    taken.from(consumer);
  }

  private void consumeReadings() {
    consume(Source.queue(Topology.PERSIST, PREFETCH));
  }

  private void listen(String exchange, String pattern, int maxMessages) {
    // It acknowledges by itself.
    taken.acknowledgesNothing();
    consume(Source.listening(exchange, List.of(pattern), maxMessages));
    await().atMost(LONG).until(() -> taken.timesOpened() > 0);
  }

  private void awaitTaken(int from, int to) {
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(taken.numbers()).containsExactly(range(from, to)));
  }

  private void awaitNothingQueued() {
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(inspection.queued(Topology.PERSIST)).isZero());
  }

  @Test
  void getsEverythingInOrder() throws Exception {
    inspection.fill(0, MANY);
    consumeReadings();
    awaitTaken(0, MANY);
    assertThat(taken.deliveries().stream().map(Delivery::tag)).isSorted();
    assertThat(taken.deliveries().get(0).exchange()).isEqualTo(Topology.READINGS);
    assertThat(taken.deliveries().get(0).routingKey()).isEqualTo("room.1");
    awaitNothingQueued();
  }

  /** Together they are far more than it may hold. */
  @Test
  void getsMessagesOfMoreBytesThanItMayHold() throws Exception {
    var body = new byte[100_000];
    for (int i = 0; i < 100; i++) inspection.publish(Topology.READINGS, "room.1", body);
    var settings = new BrokerSettings(new Secret(broker.uri()), heartbeat, Duration.ofSeconds(2));
    taken.acknowledgesNothing();
    consumer =
        loop.get(
            () ->
                DurableConsumer.open(
                    loop.vertx,
                    settings,
                    "test consumer",
                    Source.queue(Topology.PERSIST, PREFETCH),
                    taken,
                    1_000_000));
    taken.from(consumer);
    await().atMost(LONG).until(() -> taken.timesLost() > 0);
    taken.acknowledges();
    awaitNothingQueued();
  }

  @Test
  void getsEverythingOverConnectionsThatAreCut() throws Exception {
    consumeReadings();
    for (int i = 0; i < 5; i++) {
      int opened = i;
      await().atMost(LONG).until(() -> taken.timesOpened() > opened);
      inspection.fill(i * MANY / 5, (i + 1) * MANY / 5);
      broker.cut();
    }
    awaitTaken(0, MANY);
    awaitNothingQueued();
    assertThat(taken.timesLost()).isPositive();
  }

  @Test
  void getsAgainWhatItsHandlerFailedOver() throws Exception {
    taken.failsOnce();
    consumeReadings();
    inspection.fill(0, 1_000);
    awaitTaken(0, 1_000);
    awaitNothingQueued();
    assertThat(taken.timesLost()).isPositive();
  }

  @Test
  void getsEverythingOverABrokerThatIsFrozenOrAway() throws Exception {
    consumeReadings();
    inspection.fill(0, 1_000);
    var frozen = broker.frozen();
    try (frozen) {
      inspection.fill(1_000, 2_000);
      await().atMost(LONG).until(() -> !consumer.isConsuming());
    }
    var stopped = broker.stopped();
    try (stopped) {
      inspection.fill(2_000, 3_000);
      await().atMost(LONG).until(() -> !consumer.isConsuming());
    }
    awaitTaken(0, 3_000);
    awaitNothingQueued();
  }

  @Test
  void holdsNoMoreThanThePrefetch() throws Exception {
    taken.acknowledgesNothing();
    inspection.fill(0, 2 * PREFETCH);
    consumeReadings();
    awaitTaken(0, PREFETCH);
    assertThat(inspection.numbers()).containsExactly(range(PREFETCH, 2 * PREFETCH));
    assertThat(taken.numbers()).hasSize(PREFETCH);
  }

  @Test
  void whatWasNotAcknowledgedComesAgainAndAnOldAcknowledgementDoesNothing() throws Exception {
    taken.acknowledgesNothing();
    inspection.fill(0, 100);
    consumeReadings();
    awaitTaken(0, 100);
    var old = taken.deliveries().get(99);
    taken.clear();
    broker.cut();
    awaitTaken(0, 100);
    assertThat(consumer.isLive(old)).isFalse();
    consumer.ackThrough(old);
    loop.await(consumer::close);
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(inspection.queued(Topology.PERSIST)).isEqualTo(100));
  }

  @Test
  void acknowledgementsBeforeClosingCount() throws Exception {
    inspection.fill(0, 100);
    consumeReadings();
    awaitTaken(0, 100);
    loop.await(consumer::close);
    loop.await(consumer::close);
    assertThat(consumer.isConsuming()).isFalse();
    awaitNothingQueued();
    inspection.fill(0, 1);
    assertThat(inspection.numbers()).containsExactly(0);
  }

  @Test
  void afterItStoppedTakingNothingComes() throws Exception {
    consumeReadings();
    inspection.fill(0, 100);
    awaitTaken(0, 100);
    loop.await(consumer::stopTaking);
    inspection.fill(100, 200);
    assertThat(inspection.queued(Topology.PERSIST)).isEqualTo(100);
    broker.cut();
    assertThat(inspection.numbers()).hasSize(100);
    assertThat(taken.numbers()).hasSize(100);
  }

  @Test
  void consumesAQueueThatWasDeletedAgain() throws Exception {
    consumeReadings();
    inspection.fill(0, 10);
    awaitTaken(0, 10);
    inspection.deletePersistQueue();
    await().atMost(LONG).until(() -> taken.timesLost() > 0 && consumer.isConsuming());
    inspection.fill(10, 20);
    awaitTaken(0, 20);
  }

  @Test
  void listensToWhatItIsBoundTo() throws Exception {
    listen(Topology.CONTROL, "token.#", 100);
    inspection.publish(Topology.CONTROL, "feed.status", "1".getBytes(UTF_8));
    inspection.publish(Topology.CONTROL, "token", "2".getBytes(UTF_8));
    inspection.publish(Topology.CONTROL, "token.revoked.now", "3".getBytes(UTF_8));
    await().atMost(LONG).untilAsserted(() -> assertThat(taken.numbers()).containsExactly(2, 3));
  }

  @Test
  void listensAgainAfterItsConnectionWasCutAndTellsSo() throws Exception {
    listen(Topology.STORED, "", 100);
    for (int i = 1; i <= 3; i++) {
      int opened = i;
      await().atMost(LONG).until(() -> taken.timesOpened() == opened);
      inspection.publish(Topology.STORED, "", Integer.toString(i).getBytes(UTF_8));
      await().atMost(LONG).until(() -> taken.numbers().length == opened);
      broker.cut();
    }
    await().atMost(LONG).until(() -> taken.timesLost() == 3);
  }

  @Test
  void listensAgainAfterItsExchangeWasDeleted() throws Exception {
    listen(Topology.STORED, "", 100);
    inspection.deleteExchange(Topology.STORED);
    // Without the binding of the listener, as a publisher that connects again does.
    inspection.declareTopology();
    awaitHeard(Topology.STORED, "any");
    assertThat(taken.timesLost()).isZero();
  }

  @Test
  void declaresAnExchangeThatNobodyElseDeclares() throws Exception {
    listen(Topology.CONTROL, "token.#", 100);
    inspection.deleteExchange(Topology.CONTROL);
    await()
        .atMost(LONG)
        .until(
            () -> {
              try (var connection = broker.connect()) {
                connection.createChannel().exchangeDeclarePassive(Topology.CONTROL);
                return true;
              } catch (IOException absent) {
                return false;
              }
            });
    awaitHeard(Topology.CONTROL, "token.new");
  }

  /** Publishes until something arrives, as what is published before the binding is back is lost. */
  private void awaitHeard(String exchange, String routingKey) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              inspection.publish(exchange, routingKey, "7".getBytes(UTF_8));
              assertThat(taken.numbers()).contains(7);
            });
  }

  @Test
  void bindsTheSharedQueuesAgain() throws Exception {
    listen(Topology.CONTROL, "token.#", 100);
    inspection.unbind(Topology.PERSIST, Topology.READINGS, "#");
    inspection.unbind(Topology.DEAD, Topology.DEAD, "");
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              inspection.publish(Topology.READINGS, "room.1", "1".getBytes(UTF_8));
              inspection.publish(Topology.DEAD, "room.1", "2".getBytes(UTF_8));
              assertThat(inspection.queued(Topology.PERSIST)).isPositive();
              assertThat(inspection.queued(Topology.DEAD)).isPositive();
            });
  }

  /** RabbitMQ 3.10 then drops what the new queue delivers, until the consumer is renewed. */
  @Test
  void consumesAQueueThatWasDeletedAndDeclaredAgainAtOnce() throws Exception {
    consumeReadings();
    inspection.fill(0, 10);
    awaitTaken(0, 10);
    inspection.deletePersistQueue();
    inspection.declareTopology();
    inspection.fill(10, 20);
    awaitTaken(0, 20);
  }

  @Test
  void aListenerThatIsSlowLosesTheOldest() throws Exception {
    // Longer than it takes to publish, or the connection would be taken for dead, and its queue go.
    heartbeat = Duration.ofSeconds(30);
    listen(Topology.STORED, "", 10);
    var frozen = broker.frozen();
    try (frozen) {
      for (int i = 0; i < 200; i++) inspection.publish(Topology.STORED, "", large(i));
      // Behind them on the same channel.
      assertThat(inspection.queued(Topology.DEAD)).isZero();
    }
    await()
        .atMost(LONG)
        .until(
            () -> taken.numbers().length > 0 && taken.numbers()[taken.numbers().length - 1] == 199);
    assertThat(taken.numbers().length).isBetween(10, 100);
    assertThat(taken.numbers()).contains(190, 191, 192, 193, 194, 195, 196, 197, 198, 199);
  }

  /** A number of so many digits that a few fill what a connection buffers. */
  private static byte[] large(int number) {
    return ("0".repeat(LARGE) + number).getBytes(UTF_8);
  }
}
