package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.reading.Reading;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class SubscriptionsIT {
  private static final Instant TIME = Instant.parse("2020-11-20T00:00:00Z");

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static RunningApi api;
  private static StoredFeed stored;

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    Seed.partition(database, "2020-11-09", "2020-11-16");
    Seed.partition(database, "2020-11-16", "2020-11-23");
    api = new RunningApi(broker.uri(), database.uri());
    awaitListening();
    stored = new StoredFeed(broker);
  }

  @AfterAll
  static void stop() {
    stored.close();
    api.close();
  }

  private static void awaitListening() {
    await().until(() -> api.surroundings().health().report().get("api.live").isEmpty());
  }

  /** So many subscriptions run in all. */
  private static void awaitSubscribers(int count) {
    await()
        .untilAsserted(
            () ->
                assertThat(
                        api.surroundings()
                            .metrics()
                            .get("stripchart.api.subscribers")
                            .gauge()
                            .value())
                    .isEqualTo(count));
  }

  @Test
  void tellsTheDefaultSeriesValuesAsAFeedDoes() {
    try (var client = SocketClient.legacy(api)) {
      client.start("start", "1", "subscription { temperature }");
      awaitSubscribers(1);
      stored.tell(new Reading("other", TIME, 1), new Reading("satellite.temperature", TIME, 21.37));
      assertThat(client.next())
          .isEqualTo(
              new JsonObject(
                  """
                  {"type": "data", "id": "1", "payload": {"data": {"temperature": 21.37}}}"""));
    }
    awaitSubscribers(0);
  }

  @Test
  void tellsTheReadingsOfEverySeriesThatMatches() {
    try (var client = SocketClient.modern(api)) {
      client.start(
          "subscribe",
          "a",
          "subscription { readings(series: \"room.*.t\") { series time value } }");
      awaitSubscribers(1);
      stored.tell(
          new Reading("hall.1.t", TIME, 1),
          new Reading("room.1.t", TIME, 2),
          new Reading("room.1.t.x", TIME, 3),
          new Reading("room.2.t", TIME, 4));
      assertThat(client.event().encode())
          .isEqualTo(
              "{\"readings\":{\"series\":\"room.1.t\",\"time\":\"2020-11-20T00:00:00.000000Z\",\"value\":2.0}}");
      assertThat(client.event().getJsonObject("readings").getString("series"))
          .isEqualTo("room.2.t");
      client.send("{\"id\":\"a\",\"type\":\"complete\"}");
      awaitSubscribers(0);
      stored.tell(new Reading("room.1.t", TIME.plusSeconds(1), 5));
      client.start("subscribe", "b", "{ __typename }");
      assertThat(client.next().getString("id")).isEqualTo("b");
    }
  }

  @Test
  void averagesFromWhatIsStoredOn() {
    Seed.readings(database, "avg", "2020-11-10T00:00:00Z", 10);
    long before = fillings();
    try (var client = SocketClient.modern(api)) {
      client.start(
          "subscribe",
          "a",
          "subscription { averageTemperature(windowSize: 4, series: \"avg\") { value time } }");
      awaitFilled(before, client);
      stored.tell(new Reading("avg", Instant.parse("2020-11-10T00:00:20Z"), 10));
      assertThat(client.event().encode())
          .isEqualTo(
              "{\"averageTemperature\":{\"value\":8.5,\"time\":\"2020-11-10T00:00:20.000000Z\"}}");
      // Late, but among the last four; then one that is older than all of them.
      stored.tell(new Reading("avg", Instant.parse("2020-11-10T00:00:15Z"), 100));
      assertThat(client.event().getJsonObject("averageTemperature").getDouble("value"))
          .isEqualTo((8 + 9 + 100 + 10) / 4.0);
      stored.tell(new Reading("avg", Instant.parse("2020-11-09T00:00:00Z"), 7));
      stored.tell(new Reading("avg", Instant.parse("2020-11-10T00:00:30Z"), 1));
      assertThat(client.event().getJsonObject("averageTemperature").getDouble("value"))
          .isEqualTo((9 + 100 + 10 + 1) / 4.0);
    }
  }

  /** How many windows were read from the database. */
  private static long fillings() {
    return api.surroundings()
        .metrics()
        .get("stripchart.api.query")
        .tag("query", "window")
        .timer()
        .count();
  }

  private static void awaitFilled(long before, SocketClient client) {
    await().until(() -> fillings() > before);
    // The answer comes behind what reading the window leads to.
    client.start("subscribe", "ping", "{ temperatureStatistics { count } }");
    client.expect("next");
    client.expect("complete");
  }

  @Test
  void fillsItsWindowAgainAfterAGap() {
    Seed.readings(database, "gap", "2020-11-10T00:00:00Z", 4);
    long before = fillings();
    try (var client = SocketClient.modern(api)) {
      client.start(
          "subscribe",
          "a",
          "subscription { averageTemperature(windowSize: 3, series: \"gap\") { value } }");
      awaitFilled(before, client);
      stored.tell(new Reading("gap", Instant.parse("2020-11-10T00:00:10Z"), 10));
      assertThat(average(client)).isEqualTo((2 + 3 + 10) / 3.0);
      // This one is stored, and its batch is lost on the way.
      Seed.readings(database, "gap", "2020-11-10T00:00:20Z", 1);
      stored.skip(1);
      stored.tell(new Reading("unrelated", TIME, 0));
      assertThat(average(client)).isEqualTo((3 + 0 + 10) / 3.0);
    }
  }

  @Test
  void takesManyLateReadingsOfABatchTogether() {
    long before = fillings();
    try (var client = SocketClient.modern(api)) {
      // Known, so that its window is asked for.
      Seed.readings(database, "belated", "2020-11-10T00:00:00Z", 1);
      client.start(
          "subscribe",
          "a",
          "subscription { averageTemperature(windowSize: 100, series: \"belated\") { value } }");
      awaitFilled(before, client);
      stored.tell(StoredFeed.readings("belated", "2020-11-20T00:00:01Z", 0, 1));
      assertThat(average(client)).isZero();
      stored.tell(StoredFeed.readings("belated", "2020-11-20T00:00:00Z", 1, 20));
      assertThat(average(client)).isEqualTo(210 / 22.0);
      stored.tell(StoredFeed.readings("belated", "2020-11-20T00:00:02Z", 10, 1));
      assertThat(average(client)).isEqualTo(220 / 23.0);
    }
  }

  @Test
  void tellsThatReadingsMayHaveBeenMissed() {
    try (var client = SocketClient.modern(api)) {
      client.start("subscribe", "a", "subscription { readings(series: \"torn\") { value } }");
      awaitSubscribers(1);
      stored.tell(new Reading("torn", TIME, 1));
      assertThat(extensions(client)).isNull();
      stored.skip(1);
      stored.tell(new Reading("torn", TIME, 2));
      assertThat(extensions(client)).isEqualTo(new JsonObject("{\"gap\": true}"));
      stored.tell(new Reading("torn", TIME, 3));
      assertThat(extensions(client)).isNull();
    }
  }

  @Test
  void tellsThatTheConnectionWasLost() {
    try (var client = SocketClient.modern(api)) {
      client.start("subscribe", "a", "subscription { readings(series: \"cut\") { value } }");
      awaitSubscribers(1);
      double before = gaps();
      broker.cut();
      await().until(() -> gaps() > before);
      awaitListening();
      stored.tell(new Reading("cut", TIME, 1));
      assertThat(extensions(client)).isEqualTo(new JsonObject("{\"gap\": true}"));
    }
  }

  @Test
  void takesTheFirstBatchThatItHearsOfForALateOne() {
    try (var late = new StoredFeed(broker);
        var client = SocketClient.modern(api)) {
      client.start("subscribe", "a", "subscription { readings(series: \"late\") { value } }");
      awaitSubscribers(1);
      late.skip(5);
      late.tell(new Reading("late", TIME, 1));
      assertThat(extensions(client)).isEqualTo(new JsonObject("{\"gap\": true}"));
    }
  }

  private static JsonObject extensions(SocketClient client) {
    return client.expect("next").getJsonObject("payload").getJsonObject("extensions");
  }

  private static double gaps() {
    return api.surroundings().metrics().get("stripchart.api.live.gaps").counter().count();
  }

  private static double average(SocketClient client) {
    return client.event().getJsonObject("averageTemperature").getDouble("value");
  }

  @Test
  void goesOnAfterTheBrokerWasAway() {
    try (var client = SocketClient.modern(api)) {
      client.start("subscribe", "a", "subscription { readings(series: \"after\") { value } }");
      awaitSubscribers(1);
      double before = gaps();
      broker.cut();
      await().until(() -> gaps() > before);
      awaitListening();
      await()
          .until(
              () -> {
                stored.tell(new Reading("after", TIME, 1));
                return !client.isSilent();
              });
      assertThat(client.event().encode()).contains("1.0");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "subscription { averageTemperature(windowSize: 0) { value } }",
        "subscription { averageTemperature(windowSize: 100001) { value } }",
      })
  void refusesAWindowOutOfRange(String query) {
    try (var client = SocketClient.modern(api)) {
      client.start("subscribe", "a", query);
      assertThat(
              client.expect("error").getJsonArray("payload").getJsonObject(0).getString("message"))
          .contains("windowSize: must be 1 to 100,000");
    }
  }

  @Test
  void refusesAMalformedPatternByTheLegacyProtocolToo() {
    try (var client = SocketClient.legacy(api)) {
      client.start("start", "a", "subscription { readings(series: \"a..b\") { value } }");
      assertThat(client.expect("error").getJsonObject("payload").getString("message"))
          .contains("pattern \"a..b\": empty word at position 2");
    }
  }

  @Test
  void tellsASlowSubscriberWhatItMissedAndSlowsNobody() {
    try (var slow = SocketClient.modern(api);
        var quick = SocketClient.modern(api)) {
      var query = "subscription { readings(series: \"flood.#\") { series time value } }";
      slow.start("subscribe", "s", query);
      quick.start("subscribe", "q", query);
      awaitSubscribers(2);
      slow.stall();
      int total = 0;
      double before = missed();
      while (missed() == before) {
        // In steps that the quick one's backlog holds.
        stored.tell(
            StoredFeed.readings("flood." + "x".repeat(200), "2020-11-20T00:00:00Z", total, 500));
        for (int i = 0; i < 500; i++) {
          assertThat(value(quick)).isEqualTo(total + i);
        }
        total += 500;
      }
      slow.goOn();
      assertToldOfEverything(slow, total);
    }
  }

  /** Each reading came, or is among those that it was told it missed. */
  private static void assertToldOfEverything(SocketClient slow, int total) {
    int next = 0;
    long missed = 0;
    while (next < total) {
      var payload = slow.expect("next").getJsonObject("payload");
      var extensions = payload.getJsonObject("extensions");
      if (extensions != null) {
        missed += extensions.getLong("missed");
        next += extensions.getInteger("missed");
      }
      var reading = payload.getJsonObject("data").getJsonObject("readings");
      assertThat(reading.getDouble("value")).isEqualTo(next);
      next++;
    }
    assertThat(missed).isPositive();
  }

  private static double missed() {
    return api.surroundings().metrics().get("stripchart.api.events.missed").counter().count();
  }

  private static double value(SocketClient client) {
    return client.event().getJsonObject("readings").getDouble("value");
  }

  @Test
  void tellsAllOfABatchLargerThanABacklogToWhoKeepsUp() {
    try (var client = SocketClient.modern(api)) {
      client.start("subscribe", "a", "subscription { readings(series: \"big\") { value } }");
      awaitSubscribers(1);
      stored.tell(StoredFeed.readings("big", "2020-11-20T00:00:00Z", 0, 5_000));
      for (int i = 0; i < 5_000; i++) {
        var event = client.expect("next").getJsonObject("payload");
        assertThat(event.containsKey("extensions")).isFalse();
        assertThat(event.getJsonObject("data").getJsonObject("readings").getDouble("value"))
            .isEqualTo(i);
      }
    }
  }

  @Test
  void asksOnceAfterAGapOfASeriesWithoutReadings() {
    database.execute("insert into series (name) values ('none.yet')");
    long before = fillings();
    try (var client = SocketClient.modern(api)) {
      client.start(
          "subscribe",
          "a",
          "subscription { averageTemperature(windowSize: 4, series: \"none.yet\") { value } }");
      awaitFilled(before, client);
      long filled = fillings();
      broker.cut();
      await().until(() -> fillings() > filled);
      awaitListening();
      long again = fillings();
      // Longer than it takes to try again.
      await().during(2, TimeUnit.SECONDS).until(() -> fillings() == again);
      stored.tell(new Reading("none.yet", TIME, 3));
      assertThat(client.event().getJsonObject("averageTemperature").getDouble("value"))
          .isEqualTo(3);
    }
  }
}
