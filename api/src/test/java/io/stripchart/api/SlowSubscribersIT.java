package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.api.stream.StoredStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(180)
class SlowSubscribersIT {
  private static final int MAX_READINGS = 2_000;
  private static final int MAX_BATCHES = 100;

  private static final StoredStream STREAM = new StoredStream(MAX_READINGS, MAX_BATCHES);

  @RegisterExtension static final LiveApi live = LiveApi.create(STREAM);

  /** Of a name so long that the buffers between server and client hold few. */
  private static String series(String name) {
    return name + "." + "x".repeat(200);
  }

  @Test
  void givesASlowSubscriberEveryReadingAndSlowsNobody() {
    var series = series("flood");
    try (var slow = live.follow("series: \"flood.#\"");
        var quick = live.follow("series: \"flood.#\"")) {
      slow.stall();
      int total = 0;
      while (total < 30_000) {
        live.stored().tell(StoredFeed.steadily(series, total, 500));
        for (int i = 0; i < 500; i++) assertThat(LiveApi.value(quick)).isEqualTo(total + i);
        total += 500;
      }
      assertThat(live.gauge("subscribers.behind")).isEqualTo(1);
      slow.goOn();
      for (int i = 0; i < total; i++) assertThat(LiveApi.value(slow)).isEqualTo(i);
      assertThat(live.counter("readings.reread")).isPositive();
      live.stored().tell(StoredFeed.steadily(series, total, 1));
      assertThat(LiveApi.value(slow)).isEqualTo(total);
      assertThat(live.gauge("subscribers.behind")).isZero();
    }
  }

  @Test
  void endsASubscriptionThatIsTooFarBehindAndSaysFromWhereToGoOn() {
    var series = series("far");
    try (var slow = live.follow("series: \"far.#\"")) {
      slow.stall();
      int total = 0;
      long heard = STREAM.next();
      for (int batch = 0; batch < 3 * MAX_BATCHES; batch++, total += 100) {
        live.stored().tell(StoredFeed.steadily(series, total, 100));
      }
      // Else the subscriber may catch up before the api hears of the rest.
      await().until(() -> STREAM.next() >= heard + 3 * MAX_BATCHES);
      slow.goOn();
      int next = 0;
      var message = slow.next();
      while (message.getString("type").equals("next")) {
        var data = message.getJsonObject("payload").getJsonObject("data");
        assertThat(data.getJsonObject("readings").getDouble("value")).isEqualTo(next++);
        message = slow.next();
      }
      assertThat(message.getString("type")).isEqualTo("error");
      var error = message.getJsonArray("payload").getJsonObject(0);
      var extensions = error.getJsonObject("extensions");
      assertThat(error.getString("message")).contains("too far behind");
      assertThat(extensions.getString("code")).isEqualTo("BEHIND");
      var arguments = "series: \"far.#\", since: \"" + extensions.getString("since") + "\"";
      try (var resumed = live.follow(arguments)) {
        while (next < total) assertThat(LiveApi.value(resumed)).isEqualTo(next++);
      }
    }
  }

  @Test
  void tellsAllOfABatchLargerThanAQueueToWhoKeepsUp() {
    try (var client = live.follow("series: \"big\"")) {
      live.stored().tell(StoredFeed.steadily("big", 0, 5_000));
      for (int i = 0; i < 5_000; i++) assertThat(LiveApi.value(client)).isEqualTo(i);
    }
  }
}
