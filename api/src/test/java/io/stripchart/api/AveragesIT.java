package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class AveragesIT {
  private static final Instant TIME = Instant.parse("2020-11-20T00:00:00Z");

  @RegisterExtension static final LiveApi live = LiveApi.create();

  @Test
  void averagesFromWhatIsStoredOn() {
    Seed.readings(live.database(), "avg", "2020-11-10T00:00:00Z", 10);
    long before = fillings();
    try (var client = SocketClient.modern(live.api())) {
      client.start(
          "subscribe",
          "a",
          "subscription { averageTemperature(windowSize: 4, series: \"avg\") { value time } }");
      awaitFilled(before, client);
      live.stored().tell(new Reading("avg", Instant.parse("2020-11-10T00:00:20Z"), 10));
      assertThat(client.event().encode())
          .isEqualTo(
              "{\"averageTemperature\":{\"value\":8.5,\"time\":\"2020-11-10T00:00:20.000000Z\"}}");
      // Late, but among the last four; then one that is older than all of them.
      live.stored().tell(new Reading("avg", Instant.parse("2020-11-10T00:00:15Z"), 100));
      assertThat(client.event().getJsonObject("averageTemperature").getDouble("value"))
          .isEqualTo((8 + 9 + 100 + 10) / 4.0);
      live.stored().tell(new Reading("avg", Instant.parse("2020-11-09T00:00:00Z"), 7));
      live.stored().tell(new Reading("avg", Instant.parse("2020-11-10T00:00:30Z"), 1));
      assertThat(client.event().getJsonObject("averageTemperature").getDouble("value"))
          .isEqualTo((9 + 100 + 10 + 1) / 4.0);
    }
  }

  @Test
  void takesManyLateReadingsOfABatchTogether() {
    long before = fillings();
    try (var client = SocketClient.modern(live.api())) {
      // The series exists, so its window is queried.
      Seed.readings(live.database(), "belated", "2020-11-10T00:00:00Z", 1);
      client.start(
          "subscribe",
          "a",
          "subscription { averageTemperature(windowSize: 100, series: \"belated\") { value } }");
      awaitFilled(before, client);
      live.stored().tell(StoredFeed.readings("belated", "2020-11-20T00:00:01Z", 0, 1));
      assertThat(average(client)).isZero();
      live.stored().tell(StoredFeed.readings("belated", "2020-11-20T00:00:00Z", 1, 20));
      assertThat(average(client)).isEqualTo(210 / 22.0);
      live.stored().tell(StoredFeed.readings("belated", "2020-11-20T00:00:02Z", 10, 1));
      assertThat(average(client)).isEqualTo(220 / 23.0);
    }
  }

  @Test
  void fillsItsWindowAgainWhenABatchWasMissed() {
    Seed.readings(live.database(), "gap", "2020-11-10T00:00:00Z", 4);
    long before = fillings();
    try (var client = SocketClient.modern(live.api())) {
      client.start(
          "subscribe",
          "a",
          "subscription { averageTemperature(windowSize: 3, series: \"gap\") { value } }");
      awaitFilled(before, client);
      live.stored().tell(new Reading("gap", Instant.parse("2020-11-10T00:00:10Z"), 10));
      assertThat(average(client)).isEqualTo((2 + 3 + 10) / 3.0);
      live.stored().lose(new Reading("gap", Instant.parse("2020-11-10T00:00:20Z"), 0));
      live.stored().tell(new Reading("unrelated", TIME, 0));
      assertThat(average(client)).isEqualTo((3 + 0 + 10) / 3.0);
    }
  }

  @Test
  void asksOnceAfterAGapOfASeriesWithoutReadings() {
    live.database().execute("insert into series (name) values ('none.yet')");
    long before = fillings();
    try (var client = SocketClient.modern(live.api())) {
      client.start(
          "subscribe",
          "a",
          "subscription { averageTemperature(windowSize: 4, series: \"none.yet\") { value } }");
      awaitFilled(before, client);
      long filled = fillings();
      live.stored().lose(new Reading("missed", TIME, 1));
      live.stored().tell(new Reading("missed", TIME.plusSeconds(1), 1));
      await().until(() -> fillings() > filled);
      long again = fillings();
      // Longer than it takes to try again.
      await().during(2, TimeUnit.SECONDS).until(() -> fillings() == again);
      live.stored().tell(new Reading("none.yet", TIME, 3));
      assertThat(client.event().getJsonObject("averageTemperature").getDouble("value"))
          .isEqualTo(3);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "subscription { averageTemperature(windowSize: 0) { value } }",
        "subscription { averageTemperature(windowSize: 100001) { value } }",
      })
  void refusesAWindowOutOfRange(String query) {
    try (var client = SocketClient.modern(live.api())) {
      client.start("subscribe", "a", query);
      assertThat(
              client.expect("error").getJsonArray("payload").getJsonObject(0).getString("message"))
          .contains("windowSize: must be 1 to 100,000");
    }
  }

  /** How many windows were read from the database. */
  private static long fillings() {
    return live.asked("window");
  }

  private static void awaitFilled(long before, SocketClient client) {
    await().until(() -> fillings() > before);
    // The response comes after the events of reading the window.
    client.start("subscribe", "ping", "{ temperatureStatistics { count } }");
    client.expect("next");
    client.expect("complete");
  }

  private static double average(SocketClient client) {
    return client.event().getJsonObject("averageTemperature").getDouble("value");
  }
}
