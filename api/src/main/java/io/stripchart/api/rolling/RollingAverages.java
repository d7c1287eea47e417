package io.stripchart.api.rolling;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.live.LiveDesk;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.SeriesRow;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Means of the readings of the last stretch of time, of all series that match a pattern together.
 * Whoever is asked for is kept up to date from what is stored, for as long as somebody asks; what
 * is too much to be kept is asked of the database each time. Belongs to one context.
 */
public final class RollingAverages {
  /** Of one event loop; what is beyond is asked of the database. */
  static final int MAX_KEPT = 250;

  /** In all windows of one event loop, at 16 to 24 bytes each. */
  static final int MAX_READINGS = 2_000_000;

  /** Then what nobody asked for is forgotten. */
  static final Duration MAX_SILENCE = Duration.ofMinutes(10);

  /** The same of what holds no window; it has a place that another could have. */
  static final Duration MAX_EMPTY_SILENCE = Duration.ofMinutes(1);

  private static final Duration LOOK = Duration.ofMinutes(1);

  private final Vertx vertx;
  private final LiveDesk desk;
  private final ApiMetrics metrics;
  private final KeptAverage.Shared shared;
  private final DatabaseAverages database;
  private final Map<Key, KeptAverage> kept = new HashMap<>();
  private final long timer;

  private record Key(SeriesPattern pattern, Duration length) {}

  /**
   * @param whole whether this process has heard of every batch, as far as it knows
   */
  public RollingAverages(
      Vertx vertx,
      LiveDesk desk,
      ReadingQueries queries,
      BooleanSupplier whole,
      ApiMetrics metrics) {
    this(
        vertx,
        desk,
        metrics,
        new KeptAverage.Shared(
            vertx.getOrCreateContext(),
            queries,
            new RollingBudget(MAX_READINGS, metrics),
            whole,
            Clock.systemUTC()));
  }

  RollingAverages(Vertx vertx, LiveDesk desk, ApiMetrics metrics, KeptAverage.Shared shared) {
    this.vertx = vertx;
    this.desk = desk;
    this.metrics = metrics;
    this.shared = shared;
    this.database = new DatabaseAverages(shared.queries());
    this.timer = vertx.setPeriodic(LOOK.toMillis(), look -> forgetSilent());
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }

  /**
   * @param length of the window, which ends now
   * @return fails with {@link ApiException}
   */
  public Future<RollingAverage> ask(SeriesPattern pattern, Duration length) {
    var key = new Key(pattern, length);
    var average = kept.get(key);
    if (average == null) average = keep(key);
    if (average != null) return average.ask();
    return database.of(pattern, micros(length), shared.now());
  }

  /** Null where no more can be kept. */
  private KeptAverage keep(Key key) {
    if (kept.size() >= MAX_KEPT) return null;
    var average = new KeptAverage(shared, key.pattern, micros(key.length));
    try {
      desk.add(key.pattern, average);
    } catch (ApiException tooManyPatterns) {
      return null;
    }
    kept.put(key, average);
    return average;
  }

  /** Of each series, in their order: by one statement, as of one moment. */
  public Future<List<RollingAverage>> ofEach(List<SeriesRow> series, Duration length) {
    return database.ofEach(series, micros(length), shared.now());
  }

  /**
   * Tells the average whenever it has changed, also where that is as readings have left the window.
   *
   * @param every how often at most
   */
  public RollingEvents follow(SeriesPattern pattern, Duration length, Duration every) {
    var events = new RollingEvents(vertx, every, () -> ask(pattern, length));
    metrics.subscribers().incrementAndGet();
    events.onClose(() -> metrics.subscribers().decrementAndGet());
    return events;
  }

  /** Forgets what nobody has asked for. */
  void forgetSilent() {
    long now = shared.now();
    kept.entrySet()
        .removeIf(
            entry -> {
              var average = entry.getValue();
              var silence = average.holds() ? MAX_SILENCE : MAX_EMPTY_SILENCE;
              if (average.asked() >= now - micros(silence)) return false;
              desk.remove(average.pattern(), average);
              average.letGo();
              return true;
            });
  }

  /** Forgets nothing any more, so it is of no use. */
  public void close() {
    vertx.cancelTimer(timer);
  }
}
