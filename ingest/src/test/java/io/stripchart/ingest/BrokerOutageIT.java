package io.stripchart.ingest;

import static io.stripchart.ingest.Kept.numbers;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.broker.Topology;
import io.stripchart.ingest.protocol.Subprotocol;
import io.stripchart.testing.TestBroker;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@SuppressWarnings("try") // An outage is held, not used.
@Timeout(240)
class BrokerOutageIT {
  private static final String SERIES = "test.temperature";
  private static final String UNCONFIRMED = "stripchart.feeds.unconfirmed";
  private static final Vertx vertx = Vertx.vertx();

  @RegisterExtension final TestBroker broker = TestBroker.create();

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  private RunningIngest ingest(FeedServer feed, String buffer) {
    return ingest(SERIES + "=" + feed.url(), "PT2S", buffer);
  }

  private RunningIngest ingest(String feeds, String idle, String buffer) {
    return RunningIngest.start(
        vertx,
        broker.uri(),
        Map.of(
            "STRIPCHART_FEEDS",
            feeds,
            "STRIPCHART_FEED_IDLE",
            idle,
            "STRIPCHART_INGEST_BUFFER",
            buffer));
  }

  private static void awaitValues(Kept kept, int count) {
    kept.awaitValues(SERIES, numbers(0, count));
  }

  @Test
  void buffersThenPausesThenPublishesAll() throws InterruptedException {
    try (var kept = Kept.in(vertx, broker.directUri(), Topology.PERSIST);
        var feed = FeedServer.start(vertx, Subprotocol.LEGACY);
        var ingest = ingest(feed, "2000")) {
      var line = feed.next();
      line.value(0);
      awaitValues(kept, 1);
      try (var outage = broker.stopped()) {
        await().atMost(30, SECONDS).until(() -> !ingest.isReady());
        for (var value : numbers(1, 20_000)) line.value(value);
        await().atMost(30, SECONDS).until(() -> ingest.metric(UNCONFIRMED) == 2_000);
        // Longer than the idle time: a feed that is not read is not silent.
        await()
            .during(4_500, MILLISECONDS)
            .atMost(30, SECONDS)
            .until(() -> ingest.metric(UNCONFIRMED) == 2_000);
      }
      kept.awaitOnly(SERIES, numbers(0, 20_000), line);
      assertThat(ingest.metric("stripchart.feeds.pauses")).isPositive();
      assertThat(ingest.metric("stripchart.feeds.gaps")).isZero();
      await().atMost(30, SECONDS).until(() -> ingest.metric(UNCONFIRMED) == 0);
      // Its links come back one by one, each after a back-off of its own.
      await().atMost(30, SECONDS).until(ingest::isReady);
    }
  }

  @Test
  void keepsWhatTheFeedSentBeforeItLeftWhileItWasPaused() throws InterruptedException {
    try (var kept = Kept.in(vertx, broker.directUri(), Topology.PERSIST);
        var feed = FeedServer.start(vertx, Subprotocol.MODERN);
        var ingest = ingest(feed, "100")) {
      var line = feed.next();
      line.value(0);
      awaitValues(kept, 1);
      try (var outage = broker.stopped()) {
        await().atMost(30, SECONDS).until(() -> !ingest.isReady());
        for (var value : numbers(1, 1_000)) line.value(value);
        line.drop();
        await().atMost(30, SECONDS).until(() -> ingest.metric(UNCONFIRMED) == 100);
      }
      awaitValues(kept, 1_000);
      var next = feed.next();
      next.value(1_000);
      kept.awaitOnly(SERIES, numbers(0, 1_001), next);
    }
  }

  @Test
  void staysOnTheLineOnWhichItConnectedWhileThereWasNoRoom() throws InterruptedException {
    try (var kept = Kept.in(vertx, broker.directUri(), Topology.PERSIST);
        var full = FeedServer.start(vertx, Subprotocol.LEGACY);
        var late = FeedServer.start(vertx, Subprotocol.MODERN);
        var ingest = ingest(SERIES + "=" + full.url() + ",late=" + late.url(), "PT2S", "100")) {
      var line = full.next();
      line.value(0);
      awaitValues(kept, 1);
      var lost = late.next();
      try (var outage = broker.stopped()) {
        await().atMost(30, SECONDS).until(() -> !ingest.isReady());
        late.refuse(true);
        lost.drop();
        await().atMost(30, SECONDS).until(() -> late.refused() >= 1);
        for (var value : numbers(1, 200)) line.value(value);
        await().atMost(30, SECONDS).until(() -> ingest.metric(UNCONFIRMED) == 100);
        late.refuse(false);
        await().atMost(30, SECONDS).until(() -> late.opened() == 2);
        // Longer than the idle time. Its acknowledgement cannot be read.
        await().during(4_500, MILLISECONDS).atMost(30, SECONDS).until(() -> late.opened() == 2);
        assertThat(late.open()).isEqualTo(1);
      }
      awaitValues(kept, 200);
      var back = late.next();
      back.value(0);
      kept.awaitOnly("late", numbers(0, 1), back);
      kept.awaitOnly(SERIES, numbers(0, 200), line);
      assertThat(late.opened()).isEqualTo(2);
    }
  }

  @Test
  void leavesFourThousandUnconfirmedWhileTheBrokerOnlyHesitates() throws InterruptedException {
    try (var kept = Kept.in(vertx, broker.directUri(), Topology.PERSIST);
        var feed = FeedServer.start(vertx, Subprotocol.PLAIN);
        var ingest = ingest(feed, "100000")) {
      var line = feed.next();
      line.value(0);
      awaitValues(kept, 1);
      // Its confirm, too.
      await().atMost(30, SECONDS).until(() -> ingest.metric(UNCONFIRMED) == 0);
      try (var outage = broker.frozen()) {
        for (var value : numbers(1, 12_000)) line.value(value);
        await().atMost(30, SECONDS).until(() -> ingest.metric(UNCONFIRMED) == 4_000);
        // Then it counts as dead, and waiting readings of the feed are buffered.
        await().atMost(60, SECONDS).until(() -> ingest.metric(UNCONFIRMED) == 11_999);
      }
      kept.awaitOnly(SERIES, numbers(0, 12_000), line);
    }
  }

  @Test
  void stopsInTimeAndCountsWhatItLosesWhileTheBrokerIsAway() throws InterruptedException {
    try (var feed = FeedServer.start(vertx, Subprotocol.PLAIN)) {
      var ingest = ingest(feed, "100000");
      var line = feed.next();
      await().atMost(30, SECONDS).until(ingest::isReady);
      try (var outage = broker.stopped()) {
        await().atMost(30, SECONDS).until(() -> !ingest.isReady());
        for (var value : numbers(0, 50)) line.value(value);
        await().atMost(30, SECONDS).until(() -> ingest.metric(UNCONFIRMED) == 50);
        long begun = System.nanoTime();
        ingest.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
      }
      await().atMost(30, SECONDS).until(() -> ingest.metric("stripchart.readings.lost") == 50);
    }
  }

  @Test
  void losesNothingThatItTookWhenItStopsUnderLoad() throws InterruptedException {
    try (var kept = Kept.in(vertx, broker.directUri(), Topology.PERSIST);
        var feed = FeedServer.start(vertx, Subprotocol.PLAIN)) {
      var ingest = ingest(feed, "100000");
      var line = feed.next();
      await().atMost(30, SECONDS).until(ingest::isReady);
      for (var value : numbers(0, 20_000)) line.value(value);
      await()
          .atMost(30, SECONDS)
          .until(() -> ingest.metric("stripchart.readings.received", "source", "feed") > 100);
      ingest.close();
      int taken = (int) ingest.metric("stripchart.readings.received", "source", "feed");
      assertThat(ingest.metric("stripchart.readings.confirmed", "source", "feed")).isEqualTo(taken);
      awaitValues(kept, taken);
    }
  }
}
