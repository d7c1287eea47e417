package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.api.stream.StoredStream;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.StoredBatch;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Subscriptions that go on behind the cursor of an event. */
@Timeout(180)
class ResumeIT {
  private static final Instant TIME = Instant.parse("2020-11-20T00:00:00Z");

  /** Of which little is in memory, so that batches are read again. */
  @RegisterExtension static final LiveApi live = LiveApi.create(new StoredStream(100, 100_000));

  private static JsonObject extensions(JsonObject message) {
    return message.getJsonObject("payload").getJsonObject("extensions");
  }

  private static String cursor(JsonObject message) {
    return extensions(message).getString("cursor");
  }

  private static double value(JsonObject message) {
    return message
        .getJsonObject("payload")
        .getJsonObject("data")
        .getJsonObject("readings")
        .getDouble("value");
  }

  private static SocketClient after(String series, String cursor) {
    // The last subscriber has gone, so the next one can be told from it.
    live.awaitSubscribers(0);
    return live.follow("series: \"" + series + "\", after: \"" + cursor + "\"");
  }

  @Test
  void givesLateReadingsThatWereStoredMeanwhileAndNothingTwice() {
    String cursor;
    try (var client = live.follow("series: \"away.*\"")) {
      live.stored().tell(new Reading("away.a", TIME, 1), new Reading("away.b", TIME, 2));
      assertThat(value(client.next())).isEqualTo(1);
      var second = client.next();
      assertThat(extensions(second).containsKey("resumed")).isFalse();
      cursor = cursor(second);
    }
    live.stored().tell(new Reading("away.a", TIME.minusSeconds(86_400), 3));
    live.stored().tell(new Reading("away.b", TIME.plusSeconds(1), 4));
    try (var client = after("away.*", cursor)) {
      var first = client.next();
      assertThat(value(first)).isEqualTo(3);
      assertThat(extensions(first).getString("resumed")).isEqualTo("EXACT");
      var second = client.next();
      assertThat(value(second)).isEqualTo(4);
      assertThat(extensions(second).containsKey("resumed")).isFalse();
      live.stored().tell(new Reading("away.a", TIME.plusSeconds(2), 5));
      assertThat(value(client.next())).isEqualTo(5);
      assertThat(client.isSilent()).isTrue();
    }
  }

  @Test
  void goesOnWithinABatch() {
    var batch = IntStream.range(0, 6).mapToObj(i -> reading("within." + i % 2, i)).toList();
    var values = new ArrayList<Double>();
    String cursor;
    try (var client = live.follow("series: \"within.*\"")) {
      live.stored().tell(batch);
      values.add(value(client.next()));
      var second = client.next();
      values.add(value(second));
      cursor = cursor(second);
    }
    for (int i = 0; i < 4; i++) {
      try (var client = after("within.*", cursor)) {
        var next = client.next();
        values.add(value(next));
        cursor = cursor(next);
      }
    }
    assertThat(values).containsExactlyInAnyOrder(0.0, 1.0, 2.0, 3.0, 4.0, 5.0);
    try (var client = after("within.*", cursor)) {
      live.stored().tell(reading("within.0", 100));
      assertThat(value(client.next())).isEqualTo(100);
    }
  }

  private static Reading reading(String series, int number) {
    return new Reading(series, TIME.plusMillis(number), number);
  }

  @Test
  void goesByTimeWhereTheLogOfBatchesNoLongerReaches() {
    live.stored().tell(reading("old", 1));
    String cursor;
    try (var client = live.follow("series: \"old\", since: \"2020-11-19T00:00:00Z\"")) {
      cursor = cursor(client.next());
    }
    var before = live.database().query("select since::text from stored_batch_kept");
    live.stored().tell(reading("old", 0));
    live.stored().tell(reading("old", 2));
    live.database().execute("update stored_batch_kept set since = clock_timestamp()");
    try (var client = after("old", cursor)) {
      var next = client.next();
      assertThat(extensions(next).getString("resumed")).isEqualTo("BY_TIME");
      // As with since, readings may be repeated, and late ones are missed.
      if (value(next) == 1) next = client.next();
      assertThat(value(next)).isEqualTo(2);
    } finally {
      live.database()
          .execute(
              "update stored_batch_kept set since = '" + before.get(0).get(0) + "'::timestamptz");
    }
  }

  @Test
  void refusesWhatIsNoCursor() {
    for (var wrong : List.of("", "x", "1a.AAAA", "2020-11-20T00:00:00Z", "1" + "a".repeat(9_000))) {
      assertThat(refusal("after: \"" + wrong + "\""))
          .startsWith("after: must be the extensions.cursor of an event");
    }
  }

  @Test
  void refusesACursorTogetherWithATime() {
    String cursor;
    try (var client = live.follow("series: \"both\"")) {
      live.stored().tell(reading("both", 1));
      cursor = cursor(client.next());
    }
    assertThat(refusal("since: \"2020-11-20T00:00:00Z\", after: \"" + cursor + "\""))
        .startsWith("after: must be given without since");
  }

  private static String refusal(String arguments) {
    try (var client = SocketClient.modern(live.api())) {
      client.start(
          "subscribe",
          "a",
          "subscription { readings(series: \"x\", " + arguments + ") { value } }");
      var error = client.expect("error").getJsonArray("payload").getJsonObject(0);
      assertThat(error.getJsonObject("extensions").getString("code")).isEqualTo("BAD_ARGUMENT");
      return error.getString("message");
    }
  }

  /** Of three processes; late, announced in any order or not at all, and committed in any order. */
  private static final class Writers implements AutoCloseable {
    private final Random random;
    private final List<StoredFeed> feeds = new ArrayList<>();
    private final List<Runnable> unannounced = new ArrayList<>();
    private StoredFeed.Open open;
    private StoredFeed openedBy;
    private int unique;

    private Writers(Random random) {
      this.random = random;
      for (int i = 0; i < 3; i++) feeds.add(new StoredFeed(live.broker(), live.database()));
    }

    private List<Reading> readings() {
      var readings = new ArrayList<Reading>();
      for (int i = 1 + random.nextInt(6); i > 0; i--) {
        unique++;
        long seconds = random.nextInt(4) == 0 ? -random.nextInt(80_000) : unique;
        var time = TIME.plusSeconds(seconds).plusNanos(unique * 1_000L);
        var series = (random.nextInt(5) == 0 ? "other." : "prop.") + random.nextInt(4);
        readings.add(new Reading(series, time, unique));
      }
      return readings;
    }

    private void step() {
      var feed = feeds.get(random.nextInt(feeds.size()));
      switch (random.nextInt(8)) {
        case 0 -> feed.lose(readings().toArray(Reading[]::new));
        case 1 -> {
          if (open == null) {
            open = feed.open(readings());
            openedBy = feed;
          } else {
            commit();
          }
        }
        case 2 -> {
          if (!unannounced.isEmpty()) {
            unannounced.remove(random.nextInt(unannounced.size())).run();
          }
        }
        default -> announceLater(feed, feed.store(readings()));
      }
      if (unannounced.size() > 8) unannounced.remove(random.nextInt(8)).run();
    }

    private void announceLater(StoredFeed feed, StoredBatch batch) {
      unannounced.add(() -> feed.announce(batch));
    }

    private void commit() {
      try (var closing = open) {
        announceLater(openedBy, closing.commit());
      }
      open = null;
    }

    private void finish() {
      if (open != null) commit();
      unannounced.forEach(Runnable::run);
      feeds.forEach(StoredFeed::leaveHole);
    }

    @Override
    public void close() {
      feeds.forEach(StoredFeed::close);
    }
  }

  private static String key(JsonObject message) {
    var reading = message.getJsonObject("payload").getJsonObject("data").getJsonObject("readings");
    return reading.getString("series") + " " + reading.getString("time");
  }

  @Test
  void givesEachReadingOnceOverAnyDisconnections() {
    var random = new Random(11);
    var given = new HashSet<String>();
    String cursor = null;
    try (var writers = new Writers(random)) {
      for (int i = 0; i < 100; i++) writers.step();
      var stopped = new AtomicBoolean();
      var writing =
          CompletableFuture.runAsync(
              () -> {
                while (!stopped.get()) writers.step();
                writers.finish();
              });
      var ways = new HashSet<String>();
      for (int i = 0; i < 60; i++) cursor = readSome(cursor, 1 + random.nextInt(60), given, ways);
      assertThat(ways).containsExactly("EXACT");
      stopped.set(true);
      writing.join();
    }
    var last = cursor;
    var expected = keysOfTheTable();
    var end = new String[] {last};
    await()
        .untilAsserted(
            () -> {
              int left = expected.size() - given.size();
              if (left > 0) end[0] = readSome(end[0], left, given, new HashSet<>());
              assertThat(given).containsExactlyInAnyOrderElementsOf(expected);
            });
  }

  /** Reads so many events at most, each of which must be new. */
  private static String readSome(String cursor, int count, Set<String> given, Set<String> ways) {
    var begin = cursor == null ? "since: \"2020-11-18T00:00:00Z\"" : "after: \"" + cursor + "\"";
    var last = cursor;
    try (var client = SocketClient.modern(live.api())) {
      client.start(
          "subscribe",
          "a",
          "subscription { readings(series: \"prop.*\", " + begin + ") { series time value } }");
      for (int i = 0; i < count; i++) {
        var message = client.next();
        var key = "next".equals(message.getString("type")) ? key(message) : message.encode();
        assertThat(given.add(key)).as("new: %s", key).isTrue();
        last = cursor(message);
        var resumed = extensions(message).getString("resumed");
        if (resumed != null) ways.add(resumed);
      }
    }
    return last;
  }

  private static Set<String> keysOfTheTable() {
    var keys = new HashSet<String>();
    for (var row :
        live.database()
            .query(
                "select name, to_char(time at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                    + " from reading join series on id = series_id where name like 'prop.%'")) {
      keys.add(row.get(0) + " " + row.get(1));
    }
    return keys;
  }
}
