package io.stripchart.ingest;

import static java.net.http.HttpRequest.BodyPublishers.ofString;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.broker.Topology;
import io.stripchart.common.reading.Reading;
import io.stripchart.testing.TestBroker;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Stamps of ingest never repeat: a reading with an earlier stamp would count as stored. */
@Timeout(120)
class StampsIT {
  private static final Clock STANDING =
      Clock.fixed(Instant.parse("2026-11-21T02:41:48.123456Z"), ZoneOffset.UTC);

  private static final String SERIES = "stamped";

  @RegisterExtension final TestBroker broker = TestBroker.create();
  private Vertx vertx;
  private Kept kept;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    kept = Kept.in(vertx, broker.directUri(), Topology.PERSIST);
  }

  @AfterEach
  void stop() {
    kept.close();
    vertx.close().await();
  }

  @Test
  void givesNoTimeAgainAfterARestartWithTheClockSetBack() throws Exception {
    try (var ingest = started()) {
      push(ingest);
    }
    try (var ingest = started()) {
      push(ingest);
    }
    assertThatAllAreOfOtherTimes(200);
  }

  @Test
  void givesNoTimeThatAnotherProcessGives() throws Exception {
    try (var one = started();
        var other = started()) {
      push(one);
      push(other);
      push(one);
    }
    assertThatAllAreOfOtherTimes(300);
  }

  @Test
  void takesNothingThatItCannotStampYet() throws Exception {
    try (var outage = broker.stopped();
        var ingest = RunningIngest.start(vertx, broker.uri(), Map.of(), STANDING)) {
      assertThat(outage).isNotNull();
      assertThat(ingest.health().report().get("ingest.clock"))
          .contains("no times are reserved at the broker for readings that bring none");
      assertThat(answer(ingest, "1")).isEqualTo(503);
    }
  }

  private RunningIngest started() {
    var ingest = RunningIngest.start(vertx, broker.uri(), Map.of(), STANDING);
    await().atMost(30, SECONDS).until(ingest::isReady);
    return ingest;
  }

  private static void push(RunningIngest ingest) throws Exception {
    assertThat(answer(ingest, "[" + "1,".repeat(99) + "1]")).isEqualTo(202);
  }

  private static int answer(RunningIngest ingest, String body) throws Exception {
    var request = new PushClient(ingest.port()).request("/readings/" + SERIES);
    return PushClient.send(request.POST(ofString(body)).build()).statusCode();
  }

  private void assertThatAllAreOfOtherTimes(int count) {
    await().atMost(30, SECONDS).until(() -> kept.all(SERIES).size() >= count);
    assertThat(kept.all(SERIES)).extracting(Reading::time).hasSize(count).doesNotHaveDuplicates();
  }
}
