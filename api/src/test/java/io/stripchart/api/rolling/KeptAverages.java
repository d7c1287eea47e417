package io.stripchart.api.rolling;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.kept.KeptLoop;
import io.stripchart.api.kept.Limits;
import io.stripchart.api.live.LiveDesk;
import io.stripchart.api.stored.DatabaseLink;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.SlowStatements;
import io.stripchart.api.stream.Batch;
import io.stripchart.api.turns.Subscriptions;
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
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The averages of an event loop, with little room, at a clock that the test sets, over a database
 * that has one series; for one test.
 */
final class KeptAverages implements BeforeEachCallback, AfterEachCallback {
  static final int ROOM = 100;
  static final Duration WINDOW = Duration.ofMinutes(15);
  static final SeriesPattern PATTERN = SeriesPattern.of("room.*");
  static final Instant START = Instant.parse("2026-03-25T12:00:00Z");

  private final TestDatabase database = TestDatabase.create();
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

  @Override
  public void beforeEach(ExtensionContext test) throws Exception {
    database.beforeEach(test);
    var settings =
        new DatabaseSettings(new Secret(database.directUri()), 1, Duration.ofSeconds(30));
    Database.migrate(vertx, settings).await(60, TimeUnit.SECONDS);
    database.execute(
        "create table day partition of reading for values from ('2026-03-25 00:00+00') to"
            + " ('2026-03-26 00:00+00')");
    database.execute("insert into series (name) values ('room.1')");
    on(
        () -> {
          open(settings);
          return null;
        });
  }

  private void open(DatabaseSettings settings) {
    var slow = new SlowStatements(vertx, settings);
    var link = new DatabaseLink(vertx, settings, Duration.ofSeconds(30), slow);
    var metrics = new ApiMetrics(registry);
    var queries = new ReadingQueries(vertx, link, metrics);
    var limits =
        new Limits(
            RollingAverages.MAX_KEPT, ROOM, 1, RollingAverages.SPARED, RollingAverages.AGAIN);
    var loop = new KeptLoop(vertx, desk, () -> whole, () -> position, clock);
    averages =
        new RollingAverages(
            loop, queries, metrics, limits, new Subscriptions(Subscriptions.Limits.DEFAULT));
  }

  @Override
  public void afterEach(ExtensionContext test) throws Exception {
    vertx.close().await(60, TimeUnit.SECONDS);
    database.afterEach(test);
  }

  TestDatabase database() {
    return database;
  }

  RollingAverages averages() {
    return averages;
  }

  LiveDesk desk() {
    return desk;
  }

  Instant now() {
    return now;
  }

  void setClock(Instant time) {
    now = time;
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  /** Whether every batch was received, as far as it is known. */
  void isWhole(boolean isIt) {
    whole = isIt;
  }

  /** On the event loop. */
  <T> T on(Callable<T> task) throws Exception {
    return onLater(() -> Future.succeededFuture(task.call()));
  }

  <T> T onLater(Callable<Future<T>> task) throws Exception {
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
  List<Reading> readings(int count) {
    var readings = new ArrayList<Reading>();
    for (int i = 0; i < count; i++) readings.add(new Reading("room.1", now.minusSeconds(i), i));
    return readings;
  }

  /** Stores the same, and gives the transaction. */
  long store(int count) {
    return database.number(
        "with put as (insert into reading select id, ?::timestamptz - i * interval '1 s', i"
            + " from series, generate_series(0, ? - 1) i on conflict do nothing returning 1)"
            + " select pg_current_xact_id()::text::bigint from put limit 1",
        now,
        count);
  }

  void tell(long transaction, List<Reading> readings) throws Exception {
    on(
        () -> {
          desk.deliver(batch(transaction, readings));
          return null;
        });
  }

  /**
   * @param readings null if they are not in memory
   */
  Batch batch(long transaction, List<Reading> readings) {
    int count = readings == null ? 1 : readings.size();
    return new Batch(position++, transaction, 0, Long.MAX_VALUE, count, readings);
  }

  RollingAverage ask() throws Exception {
    return ask(PATTERN);
  }

  RollingAverage ask(String pattern) throws Exception {
    return ask(SeriesPattern.of(pattern));
  }

  private RollingAverage ask(SeriesPattern pattern) throws Exception {
    return onLater(() -> averages.ask(pattern, WINDOW));
  }

  void forgetSilent() throws Exception {
    on(
        () -> {
          averages.forgetSilent();
          return null;
        });
  }

  long statements() {
    return registry.find("stripchart.api.query").timers().stream().mapToLong(Timer::count).sum();
  }

  long statements(String query) {
    return registry.get("stripchart.api.query").tag("query", query).timer().count();
  }

  /** How many readings are in memory. */
  double held() {
    return registry.get("stripchart.api.rolling.readings").gauge().value();
  }
}
