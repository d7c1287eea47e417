package io.stripchart.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.testing.KillableBroker;
import io.stripchart.testing.KillableDatabase;
import io.stripchart.testing.TestBroker;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Runs each part as a process of its own, and kills it amid 10,000 readings of a feed and 10,000
 * pushed ones: every accepted reading is stored once, and no other reading is.
 */
@Timeout(600)
class FaultsIT {
  private static final int COUNT = 10_000;
  private static final int MIDDLE = 2_500;
  private static final Duration AWAY = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String FED = "faults.fed";
  private static final String PUSHED = "faults.pushed";

  private static KillableBroker broker;
  private static KillableDatabase database;
  private static EmittingFeed feed;
  private static RunningMain persist;
  private static RunningMain ingest;
  private static int first;

  @BeforeAll
  static void startEveryPart() {
    broker = KillableBroker.create();
    database = KillableDatabase.create();
    feed = new EmittingFeed();
    persist = RunningMain.with(settings(Map.of("STRIPCHART_ROLES", "persist")));
    ingest =
        RunningMain.with(
            settings(
                Map.of(
                    "STRIPCHART_ROLES",
                    "ingest",
                    "STRIPCHART_FEED_IDLE",
                    "PT1H",
                    "STRIPCHART_FEEDS",
                    FED + "=" + feed.url() + "|")));
  }

  private static Map<String, String> settings(Map<String, String> more) {
    var settings = new HashMap<>(more);
    settings.put("STRIPCHART_AMQP_URI", broker.uri());
    settings.put("STRIPCHART_DATABASE_URI", database.uri());
    return settings;
  }

  @AfterAll
  static void stopEveryPart() {
    for (AutoCloseable part : new AutoCloseable[] {ingest, persist, feed, database, broker})
      close(part);
  }

  private static void close(AutoCloseable part) {
    try {
      if (part != null) part.close();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Test
  void losesNothingWhenPersistIsKilled() {
    var pushed = inTheMiddleOfReadings(persist::kill9, persist::start);

    assertThatAllAreStoredOnce(pushed);
  }

  @Test
  void losesNothingWhenTheBrokerIsKilled() {
    var pushed = inTheMiddleOfReadings(broker::kill9, broker::start);

    assertThatAllAreStoredOnce(pushed);
  }

  @Test
  void losesNothingWhenTheDatabaseIsKilled() {
    var pushed = inTheMiddleOfReadings(database::kill9, database::start);

    assertThatAllAreStoredOnce(pushed);
  }

  @Test
  void losesNothingWhileTheBrokerIsAwayForTenSeconds() {
    var pushed = inTheMiddleOfReadings(broker::kill9, afterAWhile(broker::start));

    assertThatAllAreStoredOnce(pushed);
  }

  @Test
  void losesNothingWhileTheDatabaseIsAwayForTenSeconds() {
    var pushed = inTheMiddleOfReadings(database::kill9, afterAWhile(database::start));

    assertThatAllAreStoredOnce(pushed);
  }

  @Test
  void losesNothingThatWasAcceptedWhenIngestIsKilled() {
    // So that its counter has nothing of other tests.
    ingest.killAndStart();
    var taken = new AtomicInteger();

    var pushed =
        inTheMiddleOfReadings(
            () -> {
              taken.set((int) ingest.counter("stripchart_readings_confirmed_total", "feed"));
              ingest.kill9();
            },
            ingest::start);

    await().atMost(LIMIT).until(() -> stored(FED).contains(first + COUNT - 1));
    assertThat(taken).hasPositiveValue();
    assertThat(stored(FED)).containsAll(numbers(first, first + taken.get()));
    // Readings that the killed process had not published are lost; they were not accepted.
    assertThat(stored(FED)).containsAll(numbers(feed.firstOfConnection(), first + COUNT));
    assertThat(stored(FED)).isSorted().doesNotHaveDuplicates();
    assertThatPushesAreStoredOnce(pushed);
  }

  /**
   * Half of the readings are sent once the fault has begun.
   *
   * @return when everything has been sent, and every push accepted
   */
  private static Pushes inTheMiddleOfReadings(Runnable fault, Runnable end) {
    first += 100_000;
    var begun = Promise.<Void>promise();
    var pushes = new Pushes(() -> ingest.port("push"), PUSHED);
    feed.emit(first, COUNT, begun.future());
    var sent = pushes.start(first, COUNT, begun.future());
    await().atMost(LIMIT).until(() -> stored(FED).size() + stored(PUSHED).size() > MIDDLE);
    fault.run();
    assertThat(feed.isDone()).isFalse();
    assertThat(sent).isNotDone();
    begun.complete();
    end.run();
    await().atMost(LIMIT).until(() -> feed.isDone() && sent.isDone());
    return pushes;
  }

  private static Runnable afterAWhile(Runnable end) {
    return () -> {
      await().pollDelay(AWAY).atMost(AWAY.multipliedBy(2)).until(() -> true);
      end.run();
    };
  }

  private static void assertThatAllAreStoredOnce(Pushes pushed) {
    await().atMost(LIMIT).until(() -> stored(FED).size() >= COUNT);
    assertThat(stored(FED)).containsExactlyElementsOf(numbers(first, first + COUNT));
    assertThatPushesAreStoredOnce(pushed);
  }

  private static void assertThatPushesAreStoredOnce(Pushes pushed) {
    assertThat(pushed.accepted()).hasSize(COUNT);
    await().atMost(LIMIT).until(() -> stored(PUSHED).size() >= COUNT);
    assertThat(stored(PUSHED)).containsExactlyElementsOf(pushed.accepted());
    assertThat(deadLetters()).isZero();
  }

  /** The numbers of this test, in the order of their times. */
  private static List<Integer> stored(String series) {
    var rows =
        database
            .sql()
            .query(
                """
                select value::int from reading join series on id = series_id
                where name = ? and value >= ? and value < ? order by time""",
                series,
                first,
                first + COUNT);
    return rows.stream().map(row -> (Integer) row.get(0)).toList();
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static int deadLetters() {
    try (var connection = TestBroker.connect(broker.uri());
        var channel = connection.createChannel()) {
      return channel.queueDeclarePassive("stripchart.dead").getMessageCount();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }
}
