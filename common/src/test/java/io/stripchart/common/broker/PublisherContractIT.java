package io.stripchart.common.broker;

import static io.stripchart.common.broker.Inspection.notBelow;
import static io.stripchart.common.broker.Inspection.numbered;
import static io.stripchart.common.broker.Inspection.range;
import static io.stripchart.common.broker.Loop.LONG;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.broker.BrokerException.Fate;
import io.stripchart.common.settings.Secret;
import io.stripchart.testing.Outage;
import io.stripchart.testing.TestBroker;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a publisher promises, on any broker. */
@Timeout(180)
class PublisherContractIT {
  private static final int MANY = 20_000;
  private static final Duration SOON = Duration.ofMillis(300);

  @RegisterExtension final TestBroker broker = TestBroker.create();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Loop loop = new Loop();
  private Inspection inspection;
  private DurablePublisher publisher;

  @BeforeEach
  void open() throws Exception {
    inspection = new Inspection(broker);
    publisher = publisher(MANY);
  }

  @AfterEach
  void close() throws Exception {
    loop.await(() -> publisher.close(Duration.ofMillis(1)));
    loop.close();
    inspection.close();
  }

  private DurablePublisher publisher(int capacity) {
    var settings =
        new BrokerSettings(new Secret(broker.uri()), Duration.ofSeconds(2), Duration.ofSeconds(2));
    return loop.get(
        () -> DurablePublisher.open(loop.vertx, settings, "test publisher", capacity, metrics));
  }

  private void awaitConnected() {
    await().atMost(LONG).until(publisher::isConnected);
  }

  private Future<Void> publishAll(int from, int to) {
    return loop.start(
        () -> {
          var all = new ArrayList<Future<Void>>();
          for (int i = from; i < to; i++) all.add(publisher.publish(numbered(i)));
          return Future.all(all).mapEmpty();
        });
  }

  private static void join(Future<Void> confirmed) {
    confirmed.toCompletionStage().toCompletableFuture().orTimeout(LONG.toSeconds(), SECONDS).join();
  }

  private void arrivesOver(Outage outage, Duration length) throws Exception {
    long began = System.nanoTime();
    Future<Void> confirmed;
    try (outage) {
      confirmed = publishAll(0, MANY / 4);
      // The outage itself is what passes the time.
      await().atMost(LONG).until(() -> System.nanoTime() - began > length.toNanos());
      assertThat(confirmed.isComplete()).isFalse();
    }
    join(confirmed);
    assertThat(inspection.numbers()).containsExactly(range(0, MANY / 4));
  }

  @Test
  void whatIsConfirmedArrives() throws Exception {
    join(publishAll(0, MANY));
    assertThat(inspection.numbers()).containsExactly(range(0, MANY));
    assertThat(
            metrics.counter("stripchart.messages.confirmed", "publisher", "test publisher").count())
        .isEqualTo(MANY);
  }

  @Test
  void whatIsConfirmedArrivesOverConnectionsThatAreCut() throws Exception {
    var confirmed = publishAll(0, MANY);
    for (int i = 0; i < 5; i++) {
      int left = loop.get(publisher::held);
      awaitConnected();
      await().atMost(LONG).until(() -> left == 0 || publisher.held() < left);
      broker.cut();
    }
    join(confirmed);
    assertThat(inspection.numbers()).containsExactly(range(0, MANY));
  }

  @Test
  void whatIsConfirmedArrivesOverABrokerThatIsAway() throws Exception {
    awaitConnected();
    arrivesOver(broker.stopped(), Duration.ofSeconds(3));
  }

  @Test
  void whatIsConfirmedArrivesOverABrokerThatIsFrozen() throws Exception {
    awaitConnected();
    arrivesOver(broker.frozen(), Duration.ofSeconds(12));
  }

  /** More than all buffers hold, so that the sender is blocked in a write when nothing is read. */
  @Test
  void aBrokerThatIsFrozenForEverHoldsNoThread() throws Exception {
    awaitConnected();
    Future<Void> confirmed;
    var frozen = broker.frozen();
    try (frozen) {
      confirmed = loop.start(() -> Future.all(publishLarge(400)).mapEmpty());
      await().atMost(LONG).until(() -> !publisher.isConnected());
      await().atMost(LONG).until(() -> senderState() != Thread.State.RUNNABLE);
    }
    join(confirmed);
  }

  private List<Future<Void>> publishLarge(int count) {
    var message = new Message(Topology.READINGS, "room.1", new byte[50_000], Map.of(), true);
    return IntStream.range(0, count).mapToObj(i -> publisher.publish(message)).toList();
  }

  /** A thread in a write is RUNNABLE. */
  private static Thread.State senderState() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("test publisher sender"))
        .findAny()
        .orElseThrow()
        .getState();
  }

  @Test
  void whatIsConfirmedAfterAQueueWasDeletedIsInTheNewOne() throws Exception {
    var next = new AtomicInteger();
    var ending = new AtomicBoolean();
    var ended = loop.start(() -> publishOneByOne(next, ending));
    await().atMost(LONG).until(() -> next.get() > 500);
    inspection.deletePersistQueue();
    int first = loop.get(next::get);
    await().atMost(LONG).until(() -> next.get() > first + 500);
    ending.set(true);
    join(ended);
    assertThat(notBelow(first, inspection.numbers())).containsExactly(range(first, next.get()));
  }

  private Future<Void> publishOneByOne(AtomicInteger next, AtomicBoolean ending) {
    if (ending.get()) return Future.succeededFuture();
    return publisher
        .publish(numbered(next.getAndIncrement()))
        .compose(confirmed -> publishOneByOne(next, ending));
  }

  @Test
  void aMessageThatNoConnectionSurvivesIsRefusedAndItsNeighboursArrive() throws Exception {
    var before = publishAll(0, 500);
    var poison =
        loop.start(
            () ->
                publisher.publish(
                    new Message("no.such.exchange", "room.1", new byte[] {'1'}, Map.of(), true)));
    var behind = publishAll(500, 1_000);
    join(before);
    join(behind);
    await().atMost(LONG).until(poison::isComplete);
    assertThat(fate(poison)).isEqualTo(Fate.REFUSED);
    assertThat(inspection.numbers()).containsExactly(range(0, 1_000));
  }

  private static Fate fate(Future<Void> failed) {
    assertThat(failed.cause()).isInstanceOf(BrokerException.class);
    return ((BrokerException) failed.cause()).fate();
  }

  @Test
  void whatRanOutOfPatienceBeforeItWasSentNeverArrives() throws Exception {
    awaitConnected();
    Future<Void> impatient;
    var stopped = broker.stopped();
    try (stopped) {
      await().atMost(LONG).until(() -> !publisher.isConnected());
      impatient = loop.start(() -> publisher.publish(numbered(1), SOON));
      await().atMost(LONG).until(impatient::isComplete);
    }
    assertThat(fate(impatient)).isEqualTo(Fate.NOT_SENT);
    join(publishAll(2, 3));
    assertThat(inspection.numbers()).containsExactly(2);
  }

  @Test
  void whatRanOutOfPatienceAfterItWasSentIsUnknown() throws Exception {
    join(publishAll(0, 1));
    var frozen = broker.frozen();
    try (frozen) {
      var impatient = loop.start(() -> publisher.publish(numbered(1), SOON));
      await().atMost(LONG).until(impatient::isComplete);
      assertThat(fate(impatient)).isEqualTo(Fate.UNKNOWN);
    }
    join(publishAll(2, 3));
  }

  @Test
  void takesNoMoreThanItsCapacityAndTellsWhenThereIsRoom() throws Exception {
    awaitConnected();
    var small = publisher(10);
    var told = new AtomicInteger();
    var taken = new ArrayList<Future<Void>>();
    var stopped = broker.stopped();
    try (stopped) {
      for (int i = 0; i < 11; i++) {
        int number = i;
        taken.add(loop.start(() -> small.publish(numbered(number))));
      }
      await().atMost(LONG).until(() -> taken.get(10).isComplete());
      assertThat(fate(taken.get(10))).isEqualTo(Fate.NOT_SENT);
      assertThat(small.isFull()).isTrue();
      loop.get(
          () -> {
            small.onChange(told::incrementAndGet);
            return null;
          });
    }
    join(Future.all(taken.subList(0, 10)).mapEmpty());
    await().atMost(LONG).untilAsserted(() -> assertThat(told).hasPositiveValue());
    assertThat(small.isFull()).isFalse();
    assertThat(inspection.numbers()).containsExactly(range(0, 10));
    loop.await(() -> small.close(SOON));
  }

  @Test
  void closingWaitsForWhatItHolds() throws Exception {
    var confirmed = publishAll(0, 5_000);
    loop.await(() -> publisher.close(LONG));
    join(confirmed);
    assertThat(inspection.numbers()).containsExactly(range(0, 5_000));
  }

  @Test
  void closingLeavesNoFutureOpen() throws Exception {
    awaitConnected();
    var stopped = broker.stopped();
    try (stopped) {
      await().atMost(LONG).until(() -> !publisher.isConnected());
      List<Future<Void>> left =
          IntStream.range(0, 1_000)
              .mapToObj(i -> loop.start(() -> publisher.publish(numbered(i))))
              .toList();
      loop.await(() -> publisher.close(SOON));
      assertThat(left).allSatisfy(future -> assertThat(fate(future)).isEqualTo(Fate.NOT_SENT));
    }
    var late = loop.start(() -> publisher.publish(numbered(1)));
    await().until(late::isComplete);
    assertThat(fate(late)).isEqualTo(Fate.NOT_SENT);
  }

  @Test
  void aDeadLetterTellsWhereItCameFromAndWhy() throws Exception {
    var letters = new DeadLetters(publisher);
    var body = new byte[] {0, 1, 2};
    loop.await(
        () ->
            letters.take(
                Topology.READINGS, "room..1", body, Instant.EPOCH, Fate.REFUSED, "r".repeat(600)));
    var dead = inspection.take(Topology.DEAD);
    assertThat(dead).hasSize(1);
    assertThat(dead.get(0).getBody()).isEqualTo(body);
    var headers = dead.get(0).getProperties().getHeaders();
    assertThat(headers.get("x-stripchart-exchange")).hasToString(Topology.READINGS);
    assertThat(headers.get("x-stripchart-routing-key")).hasToString("room..1");
    assertThat(headers.get("x-stripchart-cause")).hasToString("refused");
    assertThat(headers.get("x-stripchart-reason").toString()).hasSize(501).endsWith("…");
    assertThat(headers.get("x-stripchart-arrived").toString()).matches("\\d{4}-.*Z");
  }

  @Test
  void aDeadLetterNeitherExpiresNorSpeaksForAnotherUser() throws Exception {
    var given =
        new AMQP.BasicProperties.Builder()
            .expiration("1")
            .userId("somebody")
            .appId("theirs")
            .deliveryMode(1)
            .build();
    var delivery = new Delivery(this, 1, Topology.READINGS, "a..b", new byte[] {1}, given, false);
    loop.await(
        () -> new DeadLetters(publisher).take(delivery, Instant.EPOCH, Fate.REFUSED, "reason"));
    var dead = inspection.take(Topology.DEAD).get(0).getProperties();
    assertThat(dead.getExpiration()).isNull();
    assertThat(dead.getUserId()).isNull();
    assertThat(dead.getAppId()).isEqualTo("theirs");
    assertThat(dead.getDeliveryMode()).isEqualTo(2);
    assertThat(dead.getHeaders().get("x-stripchart-expiration")).hasToString("1");
    assertThat(dead.getHeaders().get("x-stripchart-user-id")).hasToString("somebody");
  }

  /** As the headers of a message must fit into one frame, which would else be refused for ever. */
  @Test
  void aDeadLetterLeavesOutHeadersThatDoNotFit() throws Exception {
    Map<String, Object> given =
        Map.of("large", "x".repeat(60_000), "small", "y", "x-stripchart-reason", "of before");
    var delivery =
        new Delivery(this, 1, Topology.READINGS, "a..b", new byte[] {1}, null, given, false);
    loop.await(
        () -> new DeadLetters(publisher).take(delivery, Instant.EPOCH, Fate.REFUSED, "reason"));
    var headers = inspection.take(Topology.DEAD).get(0).getProperties().getHeaders();
    assertThat(headers).doesNotContainKey("large").containsKey("small");
    assertThat(headers.get("x-stripchart-reason")).hasToString("reason");
    assertThat((long) headers.get("x-stripchart-headers-left-out")).isGreaterThan(60_000);
  }
}
