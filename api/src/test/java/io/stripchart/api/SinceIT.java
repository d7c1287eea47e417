package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(180)
class SinceIT {
  private static final Instant TIME = Instant.parse("2020-11-20T00:00:00Z");

  @RegisterExtension static final LiveApi live = LiveApi.create();

  @Test
  void tellsWhatIsStoredSinceThenAndGoesOnLive() {
    for (int i = 0; i < 5; i++) {
      live.stored()
          .tell(
              new Reading("past.a", TIME.plusSeconds(i), i),
              new Reading("past.b", TIME.plusSeconds(i), i + 10));
    }
    try (var client = live.follow("series: \"past.*\", since: \"2020-11-20T00:00:02Z\"")) {
      for (int value : new int[] {3, 13, 4, 14}) {
        assertThat(LiveApi.value(client)).isEqualTo(value);
      }
      live.stored().tell(new Reading("past.a", TIME.plusSeconds(-9), -1));
      live.stored().tell(new Reading("past.b", TIME.plusSeconds(9), 19));
      assertThat(LiveApi.value(client)).isEqualTo(-1);
      assertThat(LiveApi.value(client)).isEqualTo(19);
    }
  }

  @Test
  void tellsWithEachEventFromWhereToResume() {
    live.stored().tell(new Reading("cursor.a", TIME, 1), new Reading("cursor.b", TIME, 2));
    // Earlier while the announcement is on its way, or something that was missed is looked for.
    await()
        .untilAsserted(
            () ->
                assertThat(resumeTimes())
                    .containsExactly("2020-11-19T23:59:59.999999Z", "2020-11-20T00:00:00.000000Z"));
  }

  private static List<String> resumeTimes() {
    try (var client = live.follow("series: \"cursor.*\", since: \"2020-11-19T00:00:00Z\"")) {
      return List.of(
          LiveApi.extensions(client).getString("since"),
          LiveApi.extensions(client).getString("since"));
    } finally {
      live.awaitSubscribers(0);
    }
  }

  @Test
  void passesOverWhatWasCommittedAfterItsSnapshotUntilItIsAnnounced() {
    live.stored().tell(new Reading("open", TIME, 1));
    try (var open = live.stored().open(List.of(new Reading("open", TIME.plusSeconds(-1), 0)))) {
      try (var client = live.follow("series: \"open\", since: \"2020-11-19T00:00:00Z\"")) {
        assertThat(LiveApi.value(client)).isEqualTo(1);
        live.stored().announce(open.commit());
        assertThat(LiveApi.value(client)).isZero();
      }
    }
  }

  @Test
  void skipsLongStretchesWithoutReadings() {
    live.stored().tell(new Reading("rare.a", Instant.parse("2020-11-09T00:00:00Z"), 1));
    live.stored().tell(new Reading("rare.b", Instant.parse("2020-11-22T00:00:00Z"), 2));
    try (var client = live.follow("series: \"rare.*\", since: \"1970-01-01T00:00:00Z\"")) {
      assertThat(LiveApi.value(client)).isEqualTo(1);
      assertThat(LiveApi.value(client)).isEqualTo(2);
      assertThat(live.asked("history")).isLessThan(100);
    }
  }

  @Test
  void followsASeriesThatDoesNotExistYet() {
    try (var client = live.follow("series: \"unborn\", since: \"2020-11-20T00:00:00Z\"")) {
      live.stored().tell(new Reading("unborn", TIME, 1));
      assertThat(LiveApi.value(client)).isEqualTo(1);
    }
  }

  @Test
  void waitsForTheDatabaseToComeBack() {
    live.stored().tell(new Reading("away", TIME, 1));
    SocketClient client;
    try (var outage = live.database().stopped()) {
      assertThat(outage).isNotNull();
      client = live.follow("series: \"away\", since: \"2020-11-19T00:00:00Z\"");
    }
    assertThat(LiveApi.value(client)).isEqualTo(1);
    client.close();
  }

  @Test
  void refusesATimeThatIsNone() {
    try (var client = SocketClient.modern(live.api())) {
      client.start(
          "subscribe",
          "a",
          "subscription { readings(series: \"a\", since: \"yesterday\") { value } }");
      assertThat(client.expect("error").encode()).contains("RFC 3339");
    }
  }

  /** Writers, some of them late, while subscribers come at any time and resume. */
  @Test
  void tellsEachReadingOnceWhileOthersWrite() throws InterruptedException {
    var done = new AtomicBoolean();
    var written = new CopyOnWriteArrayList<Reading>();
    var writers = new ArrayList<Thread>();
    for (int writer = 0; writer < 3; writer++) {
      int number = writer;
      var thread = new Thread(() -> write(number, done, written), "writer " + writer);
      thread.start();
      writers.add(thread);
    }
    var clients = new ArrayList<SocketClient>();
    for (int i = 0; i < 6; i++) {
      int count = 300 * i;
      await().until(() -> written.size() > count);
      clients.add(live.follow("series: \"busy.#\", since: \"2020-11-17T00:00:00Z\""));
    }
    done.set(true);
    for (var thread : writers) thread.join();
    for (var client : clients) {
      var given = new ArrayList<String>();
      for (int i = 0; i < written.size(); i++) {
        given.add(client.event().getJsonObject("readings").encode());
      }
      assertThat(new HashSet<>(given)).hasSize(written.size());
      assertThat(client.isSilent()).isTrue();
      client.close();
    }
  }

  private static void write(int writer, AtomicBoolean done, List<Reading> written) {
    var random = new Random(writer);
    try (var feed = new StoredFeed(live.broker(), live.database())) {
      for (int batch = 0; !done.get(); batch++) {
        var readings = new ArrayList<Reading>();
        for (int i = 0; i <= random.nextInt(20); i++) {
          long millis = batch * 40L + i + (random.nextInt(5) == 0 ? -80_000_000 : 0);
          readings.add(new Reading("busy." + writer, TIME.plusMillis(millis), batch));
        }
        // Some are announced with the next ones only, or never.
        var stored = feed.store(readings);
        written.addAll(readings);
        if (random.nextInt(10) > 0) feed.announce(stored);
      }
      feed.leaveHole();
    }
  }
}
