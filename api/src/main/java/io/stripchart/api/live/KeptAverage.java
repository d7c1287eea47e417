package io.stripchart.api.live;

import io.stripchart.api.buckets.Micros;
import io.stripchart.api.stored.LoadedWindow;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.Snapshot;
import io.stripchart.api.stored.Statistics;
import io.stripchart.api.stored.Window;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The rolling average of one pattern and window. It listens first, then loads the window, and then
 * adds what the loading's snapshot did not see: so it has each reading once. Where batches were
 * missed, it lets go of the window, and the next question loads it again. Belongs to one context.
 */
final class KeptAverage implements LiveDesk.Listener {
  /** Readings that wait while the window is loaded; where more come, it is loaded again. */
  private static final int MAX_WAITING = 100_000;

  /** Then others have their turn. */
  private static final int MAX_READINGS_A_TURN = 20_000;

  /** How long what was too large to be held is not tried again. */
  private static final Duration TOO_LARGE = Duration.ofMinutes(1);

  private final Context context;
  private final ReadingQueries queries;
  private final RollingBudget budget;
  private final BooleanSupplier whole;
  private final Clock clock;
  private final SeriesPattern pattern;
  private final long length;
  private final List<Waiting> waiting = new ArrayList<>();
  private TimeWindow window;
  private Snapshot snapshot;
  private Future<RollingAverage> loading;
  private int waitingReadings;
  private boolean missedSome;
  private long asked;
  private long largeUntil = Long.MIN_VALUE;

  private record Waiting(long transaction, List<Reading> readings) {}

  /**
   * What all rolling averages of an event loop share.
   *
   * @param whole whether this process has heard of every batch, as far as it knows
   */
  record Shared(
      Context context,
      ReadingQueries queries,
      RollingBudget budget,
      BooleanSupplier whole,
      Clock clock) {}

  KeptAverage(Shared shared, SeriesPattern pattern, Duration length) {
    this.context = shared.context;
    this.queries = shared.queries;
    this.budget = shared.budget;
    this.whole = shared.whole;
    this.clock = shared.clock;
    this.pattern = pattern;
    this.length = length.toNanos() / 1_000;
  }

  SeriesPattern pattern() {
    return pattern;
  }

  /** When it was asked last, in microseconds of the epoch. */
  long asked() {
    return asked;
  }

  private long now() {
    return Micros.between(Instant.EPOCH, clock.instant());
  }

  private static Instant time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  /**
   * @return fails with {@link io.stripchart.api.ApiException}
   */
  Future<RollingAverage> ask() {
    long now = now();
    asked = now;
    if (!whole.getAsBoolean()) {
      // It would be of the past, and would not hear of what it misses.
      letGo();
      return fromDatabase(queries, pattern, length, now);
    }
    if (window != null && window.covers(now)) return Future.succeededFuture(answer(now));
    if (now < largeUntil) return fromDatabase(queries, pattern, length, now);
    if (loading == null) {
      loading = load(now);
      loading.onComplete(done -> loading = null);
    }
    return loading;
  }

  private RollingAverage answer(long now) {
    var mean = window.at(now);
    return new RollingAverage(
        mean.count() == 0 ? null : mean.mean(), mean.count(), time(now - length), time(now));
  }

  static Future<RollingAverage> fromDatabase(
      ReadingQueries queries, SeriesPattern pattern, long length, long now) {
    return queries.statistics(pattern, window(length, now)).map(all -> of(all, length, now));
  }

  /** The same as {@code from < time <= to}, as times are whole microseconds. */
  static Window window(long length, long now) {
    return new Window(time(Math.max(0, now - length + 1)), time(now + 1));
  }

  static RollingAverage of(Statistics statistics, long length, long now) {
    return new RollingAverage(statistics.mean(), statistics.count(), time(now - length), time(now));
  }

  private Future<RollingAverage> load(long now) {
    letGo();
    missedSome = false;
    int room = Math.max(0, budget.room());
    long floor = now - length;
    return queries
        .load(pattern, time(Math.max(0, floor)), room + 1)
        .compose(
            loaded -> {
              if (loaded.size() > room) {
                largeUntil = now + TOO_LARGE.toNanos() / 1_000;
                return fromDatabase(queries, pattern, length, now());
              }
              return fill(loaded, floor);
            })
        .onComplete(done -> stopWaiting());
  }

  private Future<RollingAverage> fill(LoadedWindow loaded, long floor) {
    var filled = Promise.<RollingAverage>promise();
    // Held from now on, as others may be loaded meanwhile.
    budget.hold(loaded.size());
    fill(loaded, new TimeWindow(length, floor), filled);
    return filled.future();
  }

  private void fill(LoadedWindow loaded, TimeWindow filling, Promise<RollingAverage> filled) {
    if (loaded.give(MAX_READINGS_A_TURN, filling::add)) {
      context.runOnContext(turn -> fill(loaded, filling, filled));
      return;
    }
    budget.hold(filling.size() - loaded.size());
    window = filling;
    snapshot = loaded.snapshot();
    var waited = List.copyOf(waiting);
    stopWaiting();
    waited.forEach(batch -> add(batch.transaction, batch.readings));
    if (window == null) {
      fromDatabase(queries, pattern, length, now()).onComplete(filled);
      return;
    }
    var answer = answer(now());
    // It is of the snapshot; what was missed may be later.
    if (missedSome) letGo();
    filled.complete(answer);
  }

  private void stopWaiting() {
    waiting.clear();
    waitingReadings = 0;
  }

  /** Holds nothing any more. */
  void letGo() {
    if (window != null) budget.hold(-window.size());
    window = null;
    snapshot = null;
  }

  @Override
  public void stored(Batch batch, List<Reading> readings) {
    if (!batch.isReadable()) {
      // Nobody knows whether what is loaded has seen it.
      gap();
    } else if (window != null) {
      add(batch.transaction(), readings);
    } else if (loading != null) {
      waitingReadings += readings.size();
      waiting.add(new Waiting(batch.transaction(), readings));
      if (waitingReadings > MAX_WAITING) {
        stopWaiting();
        missedSome = true;
      }
    }
  }

  private void add(long transaction, List<Reading> readings) {
    if (window == null || snapshot.sees(transaction)) return;
    int before = window.size();
    window.forget(now());
    for (var reading : readings) {
      window.add(Micros.between(Instant.EPOCH, reading.time()), reading.value());
    }
    budget.hold(window.size() - before);
    if (budget.room() < 0) letGo();
  }

  @Override
  public void unread(Batch batch) {
    if (snapshot == null || !batch.isReadable() || !snapshot.sees(batch.transaction())) gap();
  }

  @Override
  public void gap() {
    missedSome = true;
    letGo();
  }
}
