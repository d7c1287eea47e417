package io.stripchart.ingest;

import static io.stripchart.ingest.Kept.numbers;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.broker.Topology;
import io.stripchart.ingest.protocol.Subprotocol;
import io.stripchart.testing.FaultyLink;
import io.stripchart.testing.TestBroker;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("try") // A silence is held, not used.
@Timeout(120)
class FeedIT {
  @RegisterExtension static final TestBroker broker = TestBroker.create();

  private static final Vertx vertx = Vertx.vertx();
  private static Kept kept;
  private static Kept dead;

  private final String series = "test." + UUID.randomUUID();

  @BeforeAll
  static void open() {
    kept = Kept.in(vertx, broker.directUri(), Topology.PERSIST);
    dead = Kept.in(vertx, broker.directUri(), Topology.DEAD);
  }

  @AfterAll
  static void close() {
    kept.close();
    dead.close();
    vertx.close().await();
  }

  private RunningIngest ingest(FeedServer feed) {
    return ingest(feed.url());
  }

  private RunningIngest ingest(String url) {
    return RunningIngest.start(
        vertx,
        broker.uri(),
        Map.of("STRIPCHART_FEEDS", series + "=" + url, "STRIPCHART_FEED_IDLE", "PT2S"));
  }

  private void awaitValues(List<Double> values) {
    kept.awaitValues(series, values);
  }

  private void awaitOnly(List<Double> values, FeedLine line) {
    kept.awaitOnly(series, values, line);
  }

  @ParameterizedTest
  @EnumSource
  void keepsEachValueOnceAndInOrder(Subprotocol speaks) throws InterruptedException {
    try (var feed = FeedServer.start(vertx, speaks);
        var ingest = ingest(feed)) {
      var line = feed.next();
      for (var value : numbers(0, 500)) line.value(value);
      awaitValues(numbers(0, 500));
      assertThat(kept.readings(series)).isSortedAccordingTo((a, b) -> a.time().compareTo(b.time()));
      await()
          .atMost(30, SECONDS)
          .until(() -> ingest.metric("stripchart.readings.confirmed", "source", "feed") == 500);
      assertThat(ingest.metric("stripchart.feeds.connected")).isEqualTo(1);
      await().atMost(30, SECONDS).until(() -> feed.open() == 1);
      awaitOnly(numbers(0, 500), line);
      assertThat(kept.all(series)).hasSize(501);
    }
  }

  @ParameterizedTest
  @EnumSource
  void goesOnAfterEverythingThatIsNoValue(Subprotocol speaks) throws InterruptedException {
    try (var feed = FeedServer.start(vertx, speaks);
        var ingest = ingest(feed)) {
      var line = feed.next();
      line.value(0);
      line.answer("\"21.5\"");
      line.answer("null");
      line.answer("NaN");
      line.answer("1e999");
      line.answer("{}");
      line.value(1);
      line.raw("garbage");
      line.binary(new byte[] {1, 2, 3});
      line.binary(new byte[2_000_000]);
      line.raw("x".repeat(2_000_000));
      line.inFrames(4, 3_000_000);
      line.raw("{\"type\":\"surprise\"}");
      line.value(2);
      awaitOnly(numbers(0, 3), line);
      assertThat(ingest.metric("stripchart.feeds.bad.frames")).isEqualTo(11);
      assertThat(ingest.metric("stripchart.feeds.bad.frames", "kind", "too_large")).isEqualTo(2);
      assertThat(ingest.metric("stripchart.feeds.bad.frames", "kind", "binary")).isEqualTo(2);
      assertThat(ingest.metric("stripchart.feeds.gaps")).isZero();
      assertThat(feed.hasNext()).isFalse();
      int bad = speaks == Subprotocol.PLAIN ? 8 : 7;
      await().atMost(30, SECONDS).until(() -> dead.bodies(series).size() == bad);
      assertThat(dead.bodies(series)).contains("garbage");
      await()
          .atMost(30, SECONDS)
          .until(() -> ingest.metric("stripchart.messages.dead", "cause", "malformed") == bad);
    }
  }

  @ParameterizedTest
  @EnumSource
  void subscribesAgainWhateverEndsTheConnection(Subprotocol speaks) throws InterruptedException {
    List<Consumer<FeedLine>> endings =
        List.of(FeedLine::drop, line -> line.raw("x".repeat(5_000_000)), FeedLine::drop);
    try (var feed = FeedServer.start(vertx, speaks);
        var ingest = ingest(feed)) {
      for (int i = 0; i < endings.size(); i++) {
        var line = feed.next();
        for (var value : numbers(i * 10, i * 10 + 10)) line.value(value);
        awaitValues(numbers(0, i * 10 + 10));
        endings.get(i).accept(line);
      }
      var last = feed.next();
      last.value(30);
      awaitOnly(numbers(0, 31), last);
      assertThat(ingest.metric("stripchart.feeds.gaps")).isEqualTo(3);
      assertThat(ingest.metric("stripchart.feeds.bad.frames", "kind", "too_large")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LEGACY,error",
    "LEGACY,complete",
    "LEGACY,connection_error",
    "MODERN,error",
    "MODERN,complete"
  })
  void subscribesAgainWhenTheServerEndsTheSubscription(Subprotocol speaks, String how)
      throws InterruptedException {
    try (var feed = FeedServer.start(vertx, speaks);
        var ingest = ingest(feed)) {
      var line = feed.next();
      line.value(0);
      line.end(how);
      // Nothing of an ended subscription counts.
      line.value(7);
      var next = feed.next();
      next.value(1);
      awaitOnly(numbers(0, 2), next);
      assertThat(ingest.metric("stripchart.feeds.gaps")).isEqualTo(1);
    }
  }

  @Test
  void keepsTryingWhileItIsRefused() throws InterruptedException {
    try (var feed = FeedServer.start(vertx, Subprotocol.MODERN)) {
      feed.refuse(true);
      try (var ingest = ingest(feed)) {
        await().atMost(30, SECONDS).until(() -> feed.refused() >= 3);
        assertThat(ingest.metric("stripchart.feeds.connected")).isZero();
        feed.refuse(false);
        var line = feed.next();
        line.value(0);
        awaitOnly(numbers(0, 1), line);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void subscribesAgainWhenTheServerFallsSilent(Subprotocol speaks) throws InterruptedException {
    try (var feed = FeedServer.start(vertx, speaks);
        var link = FaultyLink.to("127.0.0.1", feed.port());
        var ingest = ingest("ws://127.0.0.1:" + link.port() + "/graphql")) {
      feed.next().value(0);
      awaitValues(numbers(0, 1));
      try (var silence = link.frozen()) {
        await().atMost(30, SECONDS).until(() -> ingest.metric("stripchart.feeds.gaps") == 1);
      }
      var next = feed.next();
      next.value(1);
      awaitOnly(numbers(0, 2), next);
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesAFeedAloneThatIsSlowAndGivesReadings(Subprotocol speaks) throws InterruptedException {
    try (var feed = FeedServer.start(vertx, speaks);
        var ingest = ingest(feed)) {
      var line = feed.next();
      for (int i = 0; i < 4; i++) {
        line.value(i);
        await().pollDelay(1_200, MILLISECONDS).atMost(30, SECONDS).until(() -> !feed.hasNext());
      }
      awaitOnly(numbers(0, 4), line);
      assertThat(ingest.metric("stripchart.feeds.gaps")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void subscribesAgainWhereAFeedLivesAndGivesNoReading(Subprotocol speaks)
      throws InterruptedException {
    try (var feed = FeedServer.start(vertx, speaks);
        var ingest = ingest(feed)) {
      feed.next().value(0);
      awaitValues(numbers(0, 1));
      // It answers every ping meanwhile.
      await().atMost(30, SECONDS).until(() -> ingest.metric("stripchart.feeds.gaps") == 1);
      var next = feed.next();
      next.value(1);
      awaitOnly(numbers(0, 2), next);
    }
  }

  @ParameterizedTest
  @EnumSource
  void takesArraysOfReadings(Subprotocol speaks) throws InterruptedException {
    try (var feed = FeedServer.start(vertx, speaks);
        var ingest = ingest(feed)) {
      var line = feed.next();
      line.answer("[0,1]");
      line.answer("[{\"value\":2},{\"value\":\"x\"},{\"value\":3}]");
      line.answer("{\"value\":4,\"time\":\"2026-11-01T00:00:00Z\"}");
      awaitValues(numbers(0, 5));
      assertThat(kept.readings(series).get(4).time())
          .isEqualTo(Instant.parse("2026-11-01T00:00:00Z"));
      await().atMost(30, SECONDS).until(() -> dead.bodies(series).size() == 1);
      assertThat(dead.bodies(series)).containsExactly("{\"value\":\"x\"}");
      assertThat(ingest.metric("stripchart.feeds.bad.frames", "kind", "not_a_number")).isEqualTo(1);
    }
  }
}
