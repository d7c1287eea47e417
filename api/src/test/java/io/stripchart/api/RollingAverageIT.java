package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.StoredBatch;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class RollingAverageIT {
  @RegisterExtension final TestBroker broker = TestBroker.create();
  @RegisterExtension final TestDatabase database = TestDatabase.create();
  private RunningApi api;
  private StoredFeed feed;

  @BeforeEach
  void start() {
    RunningApi.migrate(database.directUri());
    Seed.partitionAroundNow(database);
    for (var name : List.of("room.1", "room.2", "hall.1")) {
      database.execute("insert into series (name) values (?)", name);
    }
    api = new RunningApi(broker.uri(), database.uri());
    feed = new StoredFeed(broker, database);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> api.surroundings().health().report().get("api.live").isEmpty());
  }

  @AfterEach
  void stop() {
    feed.close();
    api.close();
  }

  /** Stores readings in one transaction. */
  private long store(List<Reading> readings) {
    var values = new ArrayList<String>();
    for (var one : readings) {
      values.add("('%s', timestamptz '%s', %s)".formatted(one.series(), one.time(), one.value()));
    }
    return database.number(
        "with stored as (insert into reading select id, time, value from (values "
            + String.join(", ", values)
            + ") as given (series, time, value) join series on name = series returning 1)"
            + " select pg_current_xact_id()::text::bigint from stored limit 1");
  }

  private void storeAndTell(Reading... readings) {
    feed.tell(readings);
  }

  private static Reading reading(String series, Duration ago, double value) {
    return new Reading(series, Instant.now().minus(ago), value);
  }

  private JsonObject average(String pattern, String window) {
    return api.data(
            "{ rollingAverage(series: \"%s\", window: \"%s\") { value count from to } }"
                .formatted(pattern, window))
        .getJsonObject("rollingAverage");
  }

  private static int count(JsonObject average) {
    return average.getInteger("count");
  }

  private void assertIsThatOfTheDatabase(JsonObject average) {
    var found =
        database
            .query(
                """
                select count(*), avg(value) from reading join series on id = series_id
                where name like 'room.%' and time > ?::timestamptz and time <= ?::timestamptz\
                """,
                average.getInstant("from"), average.getInstant("to"))
            .get(0);
    assertThat((long) count(average)).isEqualTo(found.get(0));
    if (count(average) > 0) {
      assertThat(average.getDouble("value")).isCloseTo((Double) found.get(1), within(1e-9));
    }
  }

  @Test
  void countsEachReadingOfAllSeriesThatMatchOnce() {
    store(
        List.of(
            reading("room.1", Duration.ofSeconds(5), 1),
            reading("room.1", Duration.ofSeconds(6), 2),
            reading("room.2", Duration.ofSeconds(5), 6),
            reading("room.2", Duration.ofMinutes(20), 99),
            reading("hall.1", Duration.ofSeconds(5), 77)));
    var average = average("room.*", "PT15M");
    assertThat(average.getDouble("value")).isEqualTo(3);
    assertThat(count(average)).isEqualTo(3);
    assertThat(Duration.between(average.getInstant("from"), average.getInstant("to")))
        .isEqualTo(Duration.ofMinutes(15));
    assertThat(average("unheard.of", "PT15M").getValue("value")).isNull();
  }

  @Test
  void keepsUpWithWhatIsStoredWithoutAskingTheDatabase() {
    storeAndTell(reading("room.1", Duration.ofSeconds(5), 1));
    assertThat(count(average("room.*", "PT15M"))).isEqualTo(1);
    long before = api.statements();
    storeAndTell(reading("room.2", Duration.ofSeconds(1), 2));
    storeAndTell(
        reading("room.1", Duration.ofMinutes(14), 3), reading("room.1", Duration.ofHours(1), 9));
    await().until(() -> count(average("room.*", "PT15M")) == 3);
    assertThat(average("room.*", "PT15M").getDouble("value")).isEqualTo(2);
    assertThat(api.statements()).isEqualTo(before);
  }

  @Test
  void hasReadingsEnterAndLeaveAsTimeGoesBy() {
    storeAndTell(
        reading("room.1", Duration.ofMillis(-1_500), 5), reading("room.1", Duration.ZERO, 1));
    var counts = new ArrayList<Integer>();
    await()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              int count = count(average("room.*", "PT1S"));
              if (counts.isEmpty() || counts.get(counts.size() - 1) != count) counts.add(count);
              return counts.size() == 4;
            });
    assertThat(counts).containsExactly(1, 0, 1, 0);
  }

  @Test
  void isThatOfTheDatabaseWhileWritersRun() {
    var stopped = new AtomicBoolean();
    var writer = CompletableFuture.runAsync(() -> write(stopped));
    var windows = new ArrayList<>(List.of("PT2S"));
    try {
      for (int i = 0; i < 200; i++) {
        // Loaded during the writing, and long enough to still have the loaded readings at the end.
        if (i % 40 == 0) windows.add("PT" + (60 + i) + "S");
        for (var window : windows) assertThat(count(average("room.*", window))).isNotNegative();
        assertThat(count(average("room.1", "PT1M"))).isNotNegative();
      }
    } finally {
      stopped.set(true);
    }
    writer.join();
    long before = api.statements();
    // The last batch has arrived when the results equal those of the database.
    for (var window : windows) {
      await().untilAsserted(() -> assertIsThatOfTheDatabase(average("room.*", window)));
      for (int i = 0; i < 20; i++) assertIsThatOfTheDatabase(average("room.*", window));
    }
    assertThat(api.statements()).isEqualTo(before);
  }

  /**
   * Late and future readings by three processes, each of which announces in the order of its
   * commits and some time after them.
   */
  private void write(AtomicBoolean stopped) {
    var random = new Random(7);
    var used = new HashSet<Instant>();
    var processes = new ArrayList<StoredFeed>();
    var untold = new ArrayList<Queue<StoredBatch>>();
    try {
      for (int i = 0; i < 3; i++) {
        processes.add(new StoredFeed(broker, database));
        untold.add(new ArrayDeque<>());
      }
      while (!stopped.get()) {
        int storing = random.nextInt(3);
        untold.get(storing).add(processes.get(storing).store(someReadings(random, used)));
        int telling = random.nextInt(3);
        var next = untold.get(telling).size() > 2 ? untold.get(telling).poll() : null;
        if (next != null) processes.get(telling).announce(next);
      }
      for (int i = 0; i < 3; i++) untold.get(i).forEach(processes.get(i)::announce);
    } finally {
      processes.forEach(StoredFeed::close);
    }
  }

  private static List<Reading> someReadings(Random random, Set<Instant> used) {
    var readings = new ArrayList<Reading>();
    for (int i = 0; i < 20; i++) {
      var time = Instant.now().plusMillis(random.nextInt(5_000) - 4_000);
      time = time.plus(random.nextInt(1_000), ChronoUnit.MICROS);
      // Two of a series at one time would be one reading.
      if (!used.add(time.truncatedTo(ChronoUnit.MICROS))) continue;
      readings.add(new Reading("room." + (1 + random.nextInt(2)), time, random.nextInt(9)));
    }
    return readings;
  }

  @Test
  void loadsAgainWhereBatchesWereMissed() {
    storeAndTell(reading("room.1", Duration.ofSeconds(5), 1));
    assertThat(count(average("room.*", "PT15M"))).isEqualTo(1);
    feed.lose(reading("room.1", Duration.ofSeconds(4), 2));
    storeAndTell(reading("room.1", Duration.ofSeconds(3), 3));
    await().until(() -> count(average("room.*", "PT15M")) == 3);
  }

  @Test
  void isAFieldOfSeriesByOneStatement() {
    store(
        List.of(
            reading("room.1", Duration.ofSeconds(5), 1),
            reading("room.2", Duration.ofSeconds(5), 6)));
    api.data("{ statistics(series: \"room.1\") { count } }");
    long before = api.statements();
    var data =
        api.data(
            "{ series { edges { node { name rollingAverage(window: \"PT15M\") { value count } } } }"
                + " }");
    assertThat(data.encode())
        .contains("\"room.1\",\"rollingAverage\":{\"value\":1.0,\"count\":1}")
        .contains("\"room.2\",\"rollingAverage\":{\"value\":6.0,\"count\":1}")
        .contains("\"hall.1\",\"rollingAverage\":{\"value\":null,\"count\":0}");
    assertThat(api.statements() - before).isEqualTo(2);
  }

  @Test
  void tellsASubscriberAtOnceAndAtEachChange() {
    storeAndTell(reading("room.1", Duration.ofSeconds(1), 1));
    try (var client = SocketClient.modern(api)) {
      client.start(
          "subscribe",
          "1",
          "subscription { rollingAverage(series: \"room.*\", window: \"PT4S\", every: \"PT0.1S\") {"
              + " value count } }");
      assertThat(client.event().encode()).contains("\"value\":1.0,\"count\":1");
      storeAndTell(reading("room.2", Duration.ZERO, 3));
      assertThat(client.event().encode()).contains("\"value\":2.0,\"count\":2");
      assertThat(client.event().encode()).contains("\"value\":3.0,\"count\":1");
      assertThat(client.event().encode()).contains("\"value\":null,\"count\":0");
    }
    await().until(() -> gauge("subscribers") == 0);
  }

  private double gauge(String name) {
    return api.surroundings().metrics().get("stripchart.api." + name).gauge().value();
  }

  @Test
  @SuppressWarnings("try")
  void saysThatTheDatabaseIsAwayAndGoesOnLater() {
    try (var outage = database.stopped()) {
      assertThat(api.error("{ rollingAverage(series: \"room.1\", window: \"PT1S\") { count } }"))
          .contains("away");
    }
    await().ignoreExceptions().until(() -> count(average("room.1", "PT15M")) == 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "series: \"a..b\", window: \"PT1S\"|empty word",
        "series: \"room.1\", window: \"PT0.09S\"|window: must be PT0.1S to PT8784H, is PT0.09S",
        "series: \"room.1\", window: \"P400D\"|window: must be PT0.1S to PT8784H, is PT9600H",
        "series: \"room.1\", window: \"1h\"|must be an ISO 8601 duration",
        "series: \"room.1\", window: 5|must be an ISO 8601 duration",
        "series: \"room.1\"|window"
      })
  void namesTheArgumentAndItsRange(String arguments, String message) {
    assertThat(api.error("{ rollingAverage(" + arguments + ") { count } }")).contains(message);
  }

  @Test
  void refusesToTellTooOften() {
    try (var client = SocketClient.modern(api)) {
      client.start(
          "subscribe",
          "1",
          "subscription { rollingAverage(series: \"room.*\", window: \"PT4S\", every: \"PT0.01S\")"
              + " { count } }");
      assertThat(client.expect("error").encode()).contains("every: must be PT0.1S to PT1H");
    }
  }
}
