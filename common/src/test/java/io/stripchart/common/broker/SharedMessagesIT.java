package io.stripchart.common.broker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.broker.BrokerException.Fate;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingJson;
import io.stripchart.common.settings.Secret;
import io.stripchart.testing.TestBroker;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Readings of a series that share messages keep every promise of those that do not. */
@Timeout(120)
class SharedMessagesIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int SERIES = 20;
  private static final int EACH = 400;

  @RegisterExtension final TestBroker broker = TestBroker.create();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Loop loop = new Loop();
  private Inspection inspection;
  private DurablePublisher publisher;
  private ReadingPublisher readings;

  @BeforeEach
  void open() throws Exception {
    inspection = new Inspection(broker);
    var settings =
        new BrokerSettings(new Secret(broker.uri()), Duration.ofSeconds(2), Duration.ofSeconds(2));
    publisher =
        loop.get(() -> DurablePublisher.open(loop.vertx, settings, "test", 10_000, metrics));
    readings = new ReadingPublisher(publisher);
    await().atMost(LONG).until(publisher::isConnected);
  }

  @AfterEach
  void close() throws Exception {
    loop.await(() -> publisher.close(Duration.ofMillis(1)));
    loop.close();
    inspection.close();
  }

  private static Reading reading(String series, int number) {
    return new Reading(series, Instant.EPOCH.plusNanos(number * 1_000L), number);
  }

  /** Of all series in turn, in one turn of the loop. */
  private Future<Void> burst(int from, int to) {
    return loop.start(
        () -> {
          var all = new ArrayList<Future<Void>>();
          for (int i = from; i < to; i++) {
            for (int s = 0; s < SERIES; s++) all.add(readings.publish(reading("room." + s, i)));
          }
          return Future.all(all).mapEmpty();
        });
  }

  private static void join(Future<Void> confirmed) {
    confirmed.toCompletionStage().toCompletableFuture().orTimeout(LONG.toSeconds(), SECONDS).join();
  }

  private int messages;

  /** The readings of each series as they arrived first; one that arrives again is left out. */
  private Map<String, Set<Double>> arrived() throws Exception {
    var arrived = new LinkedHashMap<String, Set<Double>>();
    for (var message : inspection.take(Topology.PERSIST)) {
      messages++;
      var series = message.getEnvelope().getRoutingKey();
      var values = arrived.computeIfAbsent(series, first -> new LinkedHashSet<>());
      ReadingJson.readings(series, message.getBody(), Instant.EPOCH, 1_000)
          .forEach(reading -> values.add(reading.value()));
    }
    return arrived;
  }

  private static List<Double> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> (double) i).toList();
  }

  private void assertAllArrivedInOrder() throws Exception {
    var arrived = arrived();
    assertThat(arrived).hasSize(SERIES);
    assertThat(arrived.values())
        .allSatisfy(values -> assertThat(values).containsExactlyElementsOf(numbers(0, EACH)));
  }

  @Test
  void aBurstOfManySeriesCostsFewMessages() throws Exception {
    join(burst(0, EACH));
    assertAllArrivedInOrder();
    assertThat(messages).isLessThan(SERIES * EACH / 20);
  }

  @Test
  void allArriveInOrderOverConnectionsThatAreCut() throws Exception {
    var confirmed = new ArrayList<Future<Void>>();
    for (int i = 0; i < 8; i++) {
      confirmed.add(burst(i * EACH / 8, (i + 1) * EACH / 8));
      broker.cut();
    }
    for (var future : confirmed) join(future);
    assertAllArrivedInOrder();
  }

  @Test
  void arriveInTheNewQueueWhereTheirsIsDeleted() throws Exception {
    join(burst(0, 1));
    inspection.deletePersistQueue();
    join(burst(0, EACH));
    assertAllArrivedInOrder();
  }

  /** Until one of a series of its own is, so that all that was published before is too. */
  private void awaitSending() {
    var probes = new AtomicInteger();
    await()
        .atMost(LONG)
        .until(
            () -> {
              var probe = reading("probe." + probes.incrementAndGet(), 1);
              var published =
                  loop.start(() -> readings.publish(List.of(probe), Duration.ofMillis(50)));
              await().atMost(LONG).until(published::isComplete);
              return ((BrokerException) published.cause()).fate() == Fate.UNKNOWN;
            });
  }

  @Test
  void whatWaitsBehindOneThatIsNotConfirmedIsKnownNotToBeSent() throws Exception {
    join(burst(0, 1));
    var frozen = broker.frozen();
    try (frozen) {
      var sent = loop.start(() -> readings.publish(List.of(reading("a", 1)), LONG));
      awaitSending();
      var behind =
          loop.start(
              () ->
                  readings.publish(
                      IntStream.range(2, 1_000).mapToObj(i -> reading("a", i)).toList(),
                      Duration.ofMillis(300)));
      await().atMost(LONG).until(behind::isComplete);
      assertThat(((BrokerException) behind.cause()).fate()).isEqualTo(Fate.NOT_SENT);
      assertThat(sent.isComplete()).isFalse();
    }
    join(loop.start(() -> readings.publish(List.of(reading("a", 1_000)), LONG)));
    await().atMost(LONG).until(() -> loop.get(publisher::held) == 0);
    assertThat(arrived().get("a")).containsExactly(1.0, 1_000.0);
  }
}
