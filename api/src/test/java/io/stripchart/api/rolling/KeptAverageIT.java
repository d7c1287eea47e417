package io.stripchart.api.rolling;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.kept.KeptLoop;
import io.stripchart.api.kept.KeptViews;
import io.stripchart.api.kept.Limits;
import io.stripchart.api.live.LiveDesk;
import io.stripchart.api.stored.DatabaseLink;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.SlowStatements;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.stripchart.common.settings.Secret;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** At the limits, and at a clock that the test sets. */
@Tag("brokerless")
@Timeout(120)
class KeptAverageIT {
  private static final int ROOM = 100;
  private static final Duration WINDOW = Duration.ofMinutes(15);
  private static final SeriesPattern PATTERN = SeriesPattern.of("room.*");
  private static final Instant START = Instant.parse("2026-03-25T12:00:00Z");

  @RegisterExtension final TestDatabase database = TestDatabase.create();
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final LiveDesk desk = new LiveDesk();
  private volatile Instant now = START;
  private volatile boolean whole = true;
  private RollingAverages averages;
  private long position;

  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };

  @BeforeEach
  void start() throws Exception {
    var settings =
        new DatabaseSettings(new Secret(database.directUri()), 1, Duration.ofSeconds(30));
    Database.migrate(vertx, settings).await(60, TimeUnit.SECONDS);
    database.execute(
        "create table day partition of reading for values from ('2026-03-25 00:00+00') to"
            + " ('2026-03-26 00:00+00')");
    database.execute("insert into series (name) values ('room.1')");
    var metrics = new ApiMetrics(registry);
    on(
        () -> {
          var slow = new SlowStatements(vertx, settings);
          var link = new DatabaseLink(vertx, settings, Duration.ofSeconds(30), slow);
          var queries = new ReadingQueries(vertx, link, metrics);
          var limits =
              new Limits(
                  RollingAverages.MAX_KEPT, ROOM, 1, RollingAverages.SPARED, RollingAverages.AGAIN);
          var loop = new KeptLoop(vertx, desk, () -> whole, () -> position, clock);
          averages = new RollingAverages(loop, queries, metrics, limits);
          return null;
        });
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(60, TimeUnit.SECONDS);
  }

  private <T> T on(Callable<T> task) throws Exception {
    return onLater(() -> Future.succeededFuture(task.call()));
  }

  private <T> T onLater(Callable<Future<T>> task) throws Exception {
    var answer = Promise.<T>promise();
    context.runOnContext(
        turn -> {
          try {
            task.call().onComplete(answer);
          } catch (Exception e) {
            answer.fail(e);
          }
        });
    return answer.future().await(60, TimeUnit.SECONDS);
  }

  /** So many readings of the last seconds, a second apart. */
  private List<Reading> readings(int count) {
    var readings = new ArrayList<Reading>();
    for (int i = 0; i < count; i++) readings.add(new Reading("room.1", now.minusSeconds(i), i));
    return readings;
  }

  private long store(int count) {
    return database.number(
        "with put as (insert into reading select id, ?::timestamptz - i * interval '1 s', i"
            + " from series, generate_series(0, ? - 1) i on conflict do nothing returning 1)"
            + " select pg_current_xact_id()::text::bigint from put limit 1",
        now,
        count);
  }

  private void tell(long transaction, List<Reading> readings) throws Exception {
    on(
        () -> {
          desk.deliver(batch(transaction, readings));
          return null;
        });
  }

  /**
   * @param readings null where they are not in memory
   */
  private Batch batch(long transaction, List<Reading> readings) {
    int count = readings == null ? 1 : readings.size();
    return new Batch(position++, transaction, 0, Long.MAX_VALUE, count, readings);
  }

  private RollingAverage ask() throws Exception {
    return onLater(() -> averages.ask(PATTERN, WINDOW));
  }

  private RollingAverage ask(String pattern) throws Exception {
    return onLater(() -> averages.ask(SeriesPattern.of(pattern), WINDOW));
  }

  private long statements() {
    return registry.find("stripchart.api.query").timers().stream().mapToLong(Timer::count).sum();
  }

  private long statements(String query) {
    return registry.get("stripchart.api.query").tag("query", query).timer().count();
  }

  private double held() {
    return registry.get("stripchart.api.rolling.readings").gauge().value();
  }

  @Test
  void asksTheDatabaseForWhatIsTooLarge() throws Exception {
    store(ROOM + 1);
    assertThat(ask().count()).isEqualTo(ROOM + 1);
    assertThat(ask().value()).isEqualTo(ROOM / 2.0);
    assertThat(held()).isZero();
    assertThat(statements("window")).isEqualTo(1);
    database.execute("delete from reading where value = 0");
    now = now.plus(RollingAverages.AGAIN).minusSeconds(1);
    assertThat(ask().count()).isEqualTo(ROOM);
    assertThat(held()).isZero();
    now = now.plusSeconds(1);
    assertThat(ask().count()).isEqualTo(ROOM);
    assertThat(held()).isEqualTo(ROOM);
  }

  @Test
  void sharesTheDatabasesAnswerAmongThoseWhoAskAtNearlyTheSameTime() throws Exception {
    store(ROOM + 1);
    ask();
    now = now.plusSeconds(1);
    long before = statements("statistics");
    var both =
        onLater(
            () -> {
              var one = averages.ask(PATTERN, WINDOW);
              return averages.ask(PATTERN, WINDOW).compose(same -> one.map(List.of(same)));
            });
    assertThat(both.get(0).count()).isEqualTo(ROOM + 1);
    now = now.plusNanos((SharedAnswer.KEPT_MICROS - 1) * 1_000);
    assertThat(ask()).isEqualTo(both.get(0));
    assertThat(statements("statistics") - before).isEqualTo(1);
    now = now.plusNanos(1_000);
    assertThat(ask().to()).isEqualTo(now);
    assertThat(statements("statistics") - before).isEqualTo(2);
  }

  @Test
  void sharesNoAnswerThatIsOlderThanWhatItWasToldOf() throws Exception {
    store(ROOM + 1);
    assertThat(ask().count()).isEqualTo(ROOM + 1);
    for (int i = 1; i <= 3; i++) {
      // Within the moment for which an answer is shared.
      now = now.plusMillis(10);
      tell(store(1), readings(1));
      assertThat(ask().count()).isEqualTo(ROOM + 1 + i);
    }
  }

  @Test
  void keepsWhatHasJustRoom() throws Exception {
    store(ROOM);
    assertThat(ask().count()).isEqualTo(ROOM);
    assertThat(held()).isEqualTo(ROOM);
    long before = statements();
    assertThat(ask().count()).isEqualTo(ROOM);
    assertThat(statements()).isEqualTo(before);
  }

  @Test
  void letsGoOfWhatGrowsTooLarge() throws Exception {
    store(ROOM);
    ask();
    now = now.plusSeconds(10);
    long transaction = store(10);
    tell(transaction, readings(10));
    assertThat(held()).isZero();
    assertThat(ask().count()).isEqualTo(ROOM + 10);
  }

  @Test
  void addsOnlyWhatItsLoadingDidNotSee() throws Exception {
    long seen = store(3);
    var readings = readings(3);
    assertThat(ask().count()).isEqualTo(3);
    tell(seen, readings);
    assertThat(ask().count()).isEqualTo(3);
    now = now.plusSeconds(60);
    tell(store(2), readings(2));
    assertThat(ask().count()).isEqualTo(5);
  }

  @Test
  void addsWhatWasStoredWhileItWasLoading() throws Exception {
    store(3);
    var answer =
        onLater(
            () -> {
              var asked = averages.ask(PATTERN, WINDOW);
              now = now.plusSeconds(60);
              // Of a transaction that nobody has begun yet: what was read cannot have seen it.
              desk.deliver(batch(1L << 40, readings(2)));
              return asked;
            });
    assertThat(answer.count()).isEqualTo(5);
    assertThat(held()).isEqualTo(5);
  }

  @Test
  void answersAsOfItsSnapshotWhereBatchesWereMissedWhileItWasLoading() throws Exception {
    store(3);
    var answer =
        onLater(
            () -> {
              var asked = averages.ask(PATTERN, WINDOW);
              now = now.plusSeconds(60);
              desk.deliver(batch(1L << 40, readings(2)));
              desk.deliver(batch(1L << 41, null));
              return asked;
            });
    assertThat(answer.count()).isEqualTo(3);
    assertThat(held()).isZero();
    assertThat(ask().count()).isEqualTo(3);
    assertThat(held()).isEqualTo(3);
  }

  @Test
  void loadsOneAtATimeAndHasTheDatabaseAnswerMeanwhile() throws Exception {
    store(ROOM);
    var other = SeriesPattern.of("room.1");
    var answers =
        onLater(
            () -> {
              var one = averages.ask(PATTERN, WINDOW);
              return averages
                  .ask(other, WINDOW)
                  .compose(second -> one.map(first -> List.of(first, second)));
            });
    assertThat(answers).extracting(RollingAverage::count).containsOnly((long) ROOM);
    assertThat(statements("window")).isEqualTo(1);
    assertThat(statements("statistics")).isEqualTo(1);
    assertThat(held()).isEqualTo(ROOM);
    now = now.plusSeconds(1);
    assertThat(onLater(() -> averages.ask(other, WINDOW)).count()).isEqualTo(ROOM);
    assertThat(statements("window")).isEqualTo(2);
    assertThat(held()).isEqualTo(ROOM);
  }

  @Test
  void makesRoomOnlyByWhatNobodyAskedForInTheLastMinute() throws Exception {
    store(ROOM);
    ask();
    now = now.plus(RollingAverages.SPARED).minusMillis(1);
    long before = statements("statistics");
    assertThat(ask("room.1").count()).isEqualTo(ROOM);
    assertThat(statements("statistics") - before).isEqualTo(1);
    assertThat(on(() -> averages.now(PATTERN, WINDOW))).isNotNull();
    now = now.plus(RollingAverages.SPARED);
    assertThat(ask("#").count()).isEqualTo(ROOM);
    assertThat(statements("statistics") - before).isEqualTo(1);
    assertThat(on(() -> averages.now(PATTERN, WINDOW))).isNull();
    assertThat(held()).isEqualTo(ROOM);
  }

  @Test
  void loadsThoseThatHaveNoRoomTogetherOnceInTenMinutes() throws Exception {
    store(ROOM);
    var patterns = List.of("room.*", "room.1", "#", "room.#", "*.1");
    for (int turn = 0; turn < 5; turn++) {
      for (var pattern : patterns) assertThat(ask(pattern).count()).isEqualTo(ROOM);
      now = now.plusSeconds(90);
    }
    assertThat(statements("window")).isLessThanOrEqualTo(patterns.size());
    assertThat(held()).isEqualTo(ROOM);
  }

  @Test
  void loadsAgainWhereABatchCannotBeTold() throws Exception {
    store(3);
    ask();
    now = now.plusSeconds(60);
    store(2);
    // As of a persist process that does not tell its transactions.
    tell(0, readings(2));
    assertThat(ask().count()).isEqualTo(5);
  }

  @Test
  void loadsAgainWhereTheClockWasSetBack() throws Exception {
    store(50);
    now = now.plus(WINDOW);
    assertThat(ask().count()).isZero();
    now = START;
    assertThat(ask().count()).isEqualTo(50);
  }

  @Test
  void asksTheDatabaseWhileBatchesMayBeMissing() throws Exception {
    store(3);
    ask();
    whole = false;
    now = now.plusSeconds(60);
    long transaction = store(2);
    assertThat(ask().count()).isEqualTo(5);
    assertThat(held()).isEqualTo(3);
    // It was found.
    tell(transaction, readings(2));
    whole = true;
    long before = statements();
    assertThat(ask().count()).isEqualTo(5);
    assertThat(statements()).isEqualTo(before);
  }

  @Test
  void loadsAgainWhereABatchThatWasMissedIsNotInMemory() throws Exception {
    store(3);
    ask();
    now = now.plusSeconds(60);
    tell(store(2), null);
    assertThat(held()).isZero();
    assertThat(ask().count()).isEqualTo(5);
  }

  @Test
  void forgetsWhatNobodyAsksFor() throws Exception {
    store(50);
    ask();
    now = now.plus(KeptViews.MAX_SILENCE);
    on(this::forget);
    assertThat(held()).isEqualTo(50);
    now = now.plusSeconds(1);
    on(this::forget);
    assertThat(held()).isZero();
    assertThat(desk.isEmpty()).isTrue();
  }

  @Test
  void forgetsSoonWhatHoldsNothing() throws Exception {
    store(ROOM + 1);
    ask();
    now = now.plus(KeptViews.MAX_EMPTY_SILENCE);
    on(this::forget);
    assertThat(desk.isEmpty()).isFalse();
    now = now.plusSeconds(1);
    on(this::forget);
    assertThat(desk.isEmpty()).isTrue();
  }

  @Test
  void leavesPlacesForOthersAtTheDesk() throws Exception {
    store(1);
    for (int i = 0; i < RollingAverages.MAX_KEPT; i++) {
      var length = WINDOW.plusSeconds(i);
      onLater(() -> averages.ask(PATTERN, length));
    }
    assertThat(held()).isEqualTo(ROOM);
    long before = statements("statistics");
    var beyond = WINDOW.plusDays(1);
    assertThat(onLater(() -> averages.ask(PATTERN, beyond)).count()).isEqualTo(1);
    assertThat(statements("statistics") - before).isEqualTo(1);
  }

  private Void forget() {
    averages.forgetSilent();
    return null;
  }
}
