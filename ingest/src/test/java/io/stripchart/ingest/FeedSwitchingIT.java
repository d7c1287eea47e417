package io.stripchart.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.broker.Message;
import io.stripchart.common.broker.Source;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.control.FeedStatus;
import io.stripchart.common.control.FeedSwitch;
import io.stripchart.common.control.FeedSwitched;
import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.settings.Secret;
import io.stripchart.ingest.protocol.Subprotocol;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@SuppressWarnings("try") // An outage is held, not used.
@Timeout(120)
class FeedSwitchingIT {
  private static final String SERIES = "test.temperature";

  @RegisterExtension final TestBroker broker = TestBroker.create();
  @RegisterExtension final TestDatabase database = TestDatabase.create();

  private final Vertx vertx = Vertx.vertx();
  private final Queue<Delivery> heard = new ConcurrentLinkedQueue<>();
  private FeedServer feed;
  private DurableConsumer listener;
  private DurablePublisher publisher;

  @BeforeEach
  void open() {
    feed = FeedServer.start(vertx, Subprotocol.LEGACY);
    var settings = BrokerSettings.of(new Secret(broker.directUri()));
    publisher =
        DurablePublisher.open(vertx, settings, "test publisher", 10, new SimpleMeterRegistry());
    var answers =
        Source.listening(
            Topology.CONTROL, List.of(FeedSwitched.ROUTING_KEY, FeedStatus.ROUTING_KEY), 1_000);
    listener = DurableConsumer.open(vertx, settings, "test listener", answers, heard::addAll);
    await().atMost(30, SECONDS).until(listener::isConsuming);
  }

  @AfterEach
  void close() {
    feed.close();
    listener.close().await();
    publisher.close(Duration.ofSeconds(5)).await();
    vertx.close().await();
  }

  private void migrate() {
    Database.migrate(vertx, DatabaseSettings.of(new Secret(database.directUri()))).await();
  }

  private RunningIngest ingest() {
    var ingest =
        RunningIngest.start(
            vertx,
            broker.uri(),
            database.uri(),
            Map.of("STRIPCHART_FEEDS", SERIES + "=" + feed.url()));
    await().atMost(30, SECONDS).until(ingest::isReady);
    return ingest;
  }

  private void publish(byte[] body) {
    publisher
        .publish(new Message(Topology.CONTROL, FeedSwitch.ROUTING_KEY, body, Map.of(), false))
        .await();
  }

  private FeedSwitched turn(String name, boolean on) {
    var request = UUID.randomUUID().toString();
    var body = new FeedSwitch(request, name, on).encode();
    publish(body);
    return await().atMost(30, SECONDS).until(() -> answer(request), found -> found != null);
  }

  private FeedSwitched answer(String request) {
    return heard.stream()
        .filter(delivery -> delivery.routingKey().equals(FeedSwitched.ROUTING_KEY))
        .map(delivery -> FeedSwitched.decode(delivery.body()))
        .filter(answer -> answer.request().equals(request))
        .findFirst()
        .orElse(null);
  }

  private List<FeedStatus> statuses() {
    return heard.stream()
        .filter(delivery -> delivery.routingKey().equals(FeedStatus.ROUTING_KEY))
        .map(delivery -> FeedStatus.decode(delivery.body()))
        .toList();
  }

  private void awaitState(FeedStatus.State state) {
    await()
        .atMost(30, SECONDS)
        .until(
            () -> {
              var all = statuses();
              return !all.isEmpty() && all.get(all.size() - 1).state() == state;
            });
  }

  @Test
  void switchesAFeedOffForGoodAndOnAgain() throws InterruptedException {
    migrate();
    try (var ingest = ingest()) {
      var line = feed.next();
      line.value(1);
      var answer = turn(SERIES, false);
      assertThat(answer.problem()).isNull();
      assertThat(answer.feed()).isEqualTo(SERIES);
      assertThat(answer.on()).isFalse();
      await().atMost(30, SECONDS).until(() -> feed.open() == 0);
      awaitState(FeedStatus.State.OFF);
      assertThat(ingest.metric("stripchart.feeds.gaps")).isZero();
    }
    try (var ingest = ingest()) {
      await().during(1_500, MILLISECONDS).atMost(30, SECONDS).until(() -> !feed.hasNext());
      assertThat(turn(SERIES, true).problem()).isNull();
      feed.next().value(2);
      awaitState(FeedStatus.State.CONNECTED);
      await()
          .atMost(30, SECONDS)
          .until(() -> statuses().get(statuses().size() - 1).received() == 1);
    }
  }

  @Test
  void runsFeedsWhileTheDatabaseCannotBeAskedAndSwitchesThemOffOnceItCan() throws Exception {
    migrate();
    database.execute("insert into feed_switch (feed, is_on) values (?, false)", SERIES);
    var outage = database.stopped();
    try (outage;
        var ingest = ingest()) {
      feed.next();
      outage.close();
      await().atMost(30, SECONDS).until(() -> feed.open() == 0);
      await().during(1_500, MILLISECONDS).atMost(30, SECONDS).until(() -> !feed.hasNext());
    }
  }

  @Test
  void waitsForTheTable() throws InterruptedException {
    try (var ingest = ingest()) {
      feed.next();
      assertThat(turn(SERIES, false).problem()).contains("database");
      assertThat(feed.open()).isEqualTo(1);
      migrate();
      assertThat(turn(SERIES, false).problem()).isNull();
      await().atMost(30, SECONDS).until(() -> feed.open() == 0);
    }
  }

  @Test
  void saysThatItCouldNotKeepASwitch() throws InterruptedException {
    migrate();
    try (var ingest = ingest()) {
      feed.next();
      try (var outage = database.stopped()) {
        assertThat(turn(SERIES, false).problem()).contains("database");
        assertThat(feed.open()).isEqualTo(1);
      }
      // A switch answered with a problem never takes effect.
      assertThat(turn(SERIES, true).problem()).isNull();
      assertThat(feed.open()).isEqualTo(1);
    }
  }

  @Test
  void tellsTheStateOfItsFeedsEverySecond() throws InterruptedException {
    migrate();
    try (var ingest = ingest()) {
      feed.next().value(21.5);
      awaitState(FeedStatus.State.CONNECTED);
      int before = statuses().size();
      await().atMost(30, SECONDS).until(() -> statuses().size() >= before + 2);
      var latest = statuses().get(statuses().size() - 1);
      assertThat(latest.feed()).isEqualTo(SERIES);
      assertThat(latest.url()).isEqualTo(feed.url());
      assertThat(latest.received()).isEqualTo(1);
    }
  }

  @Test
  void passesOverWhatIsNoSwitch() throws InterruptedException {
    migrate();
    try (var ingest = ingest()) {
      feed.next();
      for (var body : List.of("", "{}", "[]", "{\"feed\":\"" + SERIES + "\"}")) {
        publish(body.getBytes(UTF_8));
      }
      assertThat(turn(SERIES, true).problem()).isNull();
      assertThat(feed.open()).isEqualTo(1);
    }
  }
}
