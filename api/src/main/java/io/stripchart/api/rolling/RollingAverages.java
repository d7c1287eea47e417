package io.stripchart.api.rolling;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.CacheLimits;
import io.stripchart.api.kept.KeptLoop;
import io.stripchart.api.kept.KeptViews;
import io.stripchart.api.kept.Limits;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.SeriesRow;
import io.stripchart.api.turns.Subscriptions;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Means over windows that end now, of all series that match a pattern. Requested windows are kept
 * up to date from stored batches while clients request them; windows that do not fit are read from
 * the database each time. Belongs to one context.
 */
public final class RollingAverages {
  /** On one event loop; others are read from the database. */
  static final int MAX_KEPT = 250;

  /** That a reading takes in a window. */
  private static final int READING_BYTES = 24;

  /** Of a window. */
  public static final Duration MIN_WINDOW = Duration.ofMillis(100);

  /** Of a window. */
  public static final Duration MAX_WINDOW = Duration.ofDays(366);

  /**
   * Rarely requested windows make room for others, which otherwise would be read from the database
   * for as long as the former are requested now and then.
   */
  static final Duration SPARED = Duration.ofMinutes(1);

  /**
   * Loading a window takes long, and its result from the database does not. So a window that does
   * not fit with others is loaded as rarely as an unused one is evicted.
   */
  static final Duration AGAIN = KeptViews.MAX_SILENCE;

  private final Vertx vertx;
  private final ApiMetrics metrics;
  private final Clock clock;
  private final LongSupplier heard;
  private final DatabaseAverages database;
  private final Subscriptions subscriptions;
  private final KeptViews<AverageWindows.Key, AverageWindow> windows;
  private final Map<AverageWindows.Key, SharedAnswer> answers =
      Caffeine.newBuilder()
          .maximumSize(MAX_KEPT)
          .executor(Runnable::run)
          .<AverageWindows.Key, SharedAnswer>build()
          .asMap();

  public RollingAverages(
      KeptLoop loop,
      ReadingQueries queries,
      ApiMetrics metrics,
      CacheLimits caches,
      Subscriptions subscriptions) {
    this(
        loop,
        queries,
        metrics,
        new Limits(MAX_KEPT, caches.rollingReadings() / READING_BYTES, 1, SPARED, AGAIN),
        subscriptions);
  }

  RollingAverages(
      KeptLoop loop,
      ReadingQueries queries,
      ApiMetrics metrics,
      Limits limits,
      Subscriptions subscriptions) {
    this.subscriptions = subscriptions;
    this.vertx = loop.vertx();
    this.metrics = metrics;
    this.clock = loop.clock();
    this.heard = loop.heard();
    this.database = new DatabaseAverages(queries);
    var source = new AverageWindows(vertx.getOrCreateContext(), queries, clock);
    var held = metrics.rollingReadings();
    this.windows = new KeptViews<>(loop, source, limits, change -> held.addAndGet((int) change));
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }

  private long now() {
    return ReadingTime.micros(clock.instant());
  }

  /**
   * @param length of the window, which ends now
   * @return fails with {@link io.stripchart.api.ApiException}
   */
  public Future<RollingAverage> ask(SeriesPattern pattern, Duration length) {
    var key = new AverageWindows.Key(pattern, micros(length));
    return windows
        .ask(key)
        .compose(
            window -> window == null ? askDatabase(key) : Future.succeededFuture(window.average()));
  }

  private Future<RollingAverage> askDatabase(AverageWindows.Key key) {
    return answers
        .computeIfAbsent(key, absent -> new SharedAnswer(this::now, heard))
        .or(() -> database.of(key.pattern(), key.length(), now()));
  }

  /** The same if it is in memory; else null, and nothing is loaded. */
  public RollingAverage now(SeriesPattern pattern, Duration length) {
    var window = windows.now(new AverageWindows.Key(pattern, micros(length)));
    return window == null ? null : window.average();
  }

  /** Loads windows that are requested soon, if there is room. */
  public Future<Void> keep(SeriesPattern pattern, Duration length) {
    return windows.ask(new AverageWindows.Key(pattern, micros(length))).mapEmpty();
  }

  /**
   * @param length of the window, which ends then; exact, whatever time that is
   */
  public Future<RollingAverage> at(SeriesPattern pattern, Duration length, Instant end) {
    return database.of(pattern, micros(length), ReadingTime.micros(end));
  }

  /**
   * Of the series of each group together, in their order: by one statement, as of one moment.
   *
   * @param end of the window; null for now
   */
  public Future<List<RollingAverage>> ofGroups(
      List<List<SeriesRow>> groups, Duration length, Instant end) {
    return database.ofGroups(groups, micros(length), end == null ? now() : ReadingTime.micros(end));
  }

  /** Of each series, in their order: by one statement, as of one moment. */
  public Future<List<RollingAverage>> ofEach(List<SeriesRow> series, Duration length) {
    return database.ofEach(series, micros(length), now());
  }

  /**
   * Sends the average whenever it has changed, also because readings left the window.
   *
   * @param every minimum time between two events
   * @throws io.stripchart.api.ApiException if there are too many subscriptions
   */
  public RollingEvents follow(SeriesPattern pattern, Duration length, Duration every) {
    var place = subscriptions.open(pattern.toString(), every);
    var events = new RollingEvents(vertx, every, () -> ask(pattern, length));
    metrics.subscribers().incrementAndGet();
    events.onClose(
        () -> {
          place.release();
          metrics.subscribers().decrementAndGet();
        });
    return events;
  }

  /** Evicts unused windows. */
  void forgetSilent() {
    windows.forgetSilent();
  }

  /** Stops eviction. The cache must not be used afterwards. */
  public void close() {
    windows.close();
  }
}
