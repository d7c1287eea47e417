package io.stripchart.ingest;

import static io.stripchart.ingest.Kept.numbers;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.broker.Topology;
import io.stripchart.ingest.protocol.Subprotocol;
import io.stripchart.testing.TestBroker;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class FeedRateIT {
  private static final String SERIES = "test.fast";
  private static final int COUNT = 6_000;
  private static final int EACH_TIME = 20;

  @RegisterExtension static final TestBroker broker = TestBroker.create();

  private static final Vertx vertx = Vertx.vertx();

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  /** As fast as 2,000 a second; slower if the machine is busy, and then so is the bound. */
  private static void sendAll(FeedLine line) {
    var sent = Promise.<Void>promise();
    var left = numbers(0, COUNT).iterator();
    vertx.setPeriodic(
        10,
        timer -> {
          for (int i = 0; i < EACH_TIME; i++) line.value(left.next());
          if (left.hasNext()) return;
          vertx.cancelTimer(timer);
          sent.complete();
        });
    sent.future().await();
  }

  @Test
  void keepsUpWithTwoThousandValuesASecond() throws InterruptedException {
    try (var kept = Kept.in(vertx, broker.directUri(), Topology.PERSIST);
        var feed = FeedServer.start(vertx, Subprotocol.LEGACY);
        var ingest =
            RunningIngest.start(
                vertx, broker.uri(), Map.of("STRIPCHART_FEEDS", SERIES + "=" + feed.url()))) {
      var line = feed.next();
      await().atMost(30, SECONDS).until(ingest::isReady);
      sendAll(line);
      // At a tenth of the rate, most would still be to come.
      await()
          .pollInterval(50, MILLISECONDS)
          .atMost(15, SECONDS)
          .until(() -> ingest.metric("stripchart.readings.confirmed", "source", "feed") == COUNT);
      assertThat(ingest.metric("stripchart.feeds.pauses")).isZero();
      kept.awaitOnly(SERIES, numbers(0, COUNT), line);
      assertThat(kept.all(SERIES)).hasSize(COUNT + 1);
    }
  }
}
