package io.stripchart.api.rolling;

import io.stripchart.api.live.LiveDesk;
import io.stripchart.api.stored.LoadedWindow;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.Snapshot;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The rolling average of one pattern and window. It listens first, then loads the window, and then
 * adds what the loading's snapshot did not see: so it has each reading once. Where batches were
 * missed, it lets go of the window, and the next question loads it again. Whoever asks while there
 * is no window, and none to wait for, is answered by the database. Belongs to one context.
 */
final class KeptAverage implements LiveDesk.Listener {
  /** Then others have their turn. */
  private static final int MAX_READINGS_A_TURN = 20_000;

  /** How long what was too large to be held is not tried again. */
  private static final long TOO_LARGE_MICROS = Duration.ofMinutes(1).toMillis() * 1_000;

  private final Shared shared;
  private final DatabaseAverages database;
  private final SharedAnswer databaseAnswer;
  private final SeriesPattern pattern;
  private final long length;
  private final WaitingBatches waiting = new WaitingBatches();
  private TimeWindow window;
  private Snapshot snapshot;
  private Future<RollingAverage> loading;
  private boolean missedSome;
  private long asked;
  private long largeUntil = Long.MIN_VALUE;

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
      Clock clock) {
    /** Microseconds of the epoch. */
    long now() {
      return ReadingTime.micros(clock.instant());
    }
  }

  /**
   * @param length of the window, in microseconds
   */
  KeptAverage(Shared shared, SeriesPattern pattern, long length) {
    this.shared = shared;
    this.database = new DatabaseAverages(shared.queries);
    this.databaseAnswer = new SharedAnswer(shared::now);
    this.pattern = pattern;
    this.length = length;
  }

  SeriesPattern pattern() {
    return pattern;
  }

  /** When it was asked last, in microseconds of the epoch. */
  long asked() {
    return asked;
  }

  /**
   * @return fails with {@link io.stripchart.api.ApiException}
   */
  Future<RollingAverage> ask() {
    long now = shared.now();
    asked = now;
    // What is held is of the past then; what it misses it hears of, or that nobody knows what.
    if (!shared.whole.getAsBoolean()) return askDatabase();
    if (window != null && window.covers(now)) return Future.succeededFuture(answer(now));
    if (loading != null) return loading;
    if (now < largeUntil || shared.budget.isLoading()) return askDatabase();
    return load(now);
  }

  private Future<RollingAverage> askDatabase() {
    return databaseAnswer.or(() -> database.of(pattern, length, shared.now()));
  }

  private RollingAverage answer(long now) {
    var mean = window.at(now);
    return RollingAverage.of(mean.count() == 0 ? null : mean.mean(), mean.count(), length, now);
  }

  private Future<RollingAverage> load(long now) {
    letGo();
    missedSome = false;
    shared.budget.loading(true);
    var loaded = Promise.<RollingAverage>promise();
    loading = loaded.future();
    fetch(now)
        .onComplete(
            done -> {
              waiting.clear();
              shared.budget.loading(false);
              loading = null;
              loaded.handle(done);
            });
    return loaded.future();
  }

  private Future<RollingAverage> fetch(long now) {
    int room = Math.max(0, shared.budget.room());
    long floor = now - length;
    return shared
        .queries
        .load(pattern, ReadingTime.ofMicros(Math.max(0, floor)), room + 1)
        .compose(
            loaded -> {
              // What others hold may have grown meanwhile.
              if (loaded.size() <= Math.min(room, shared.budget.room())) return fill(loaded, floor);
              largeUntil = now + TOO_LARGE_MICROS;
              return askDatabase();
            });
  }

  private Future<RollingAverage> fill(LoadedWindow loaded, long floor) {
    var filled = Promise.<RollingAverage>promise();
    // Held from now on, as others may be loaded meanwhile.
    shared.budget.hold(loaded.size());
    fill(loaded, new TimeWindow(length, floor), filled);
    return filled.future();
  }

  private void fill(LoadedWindow loaded, TimeWindow filling, Promise<RollingAverage> filled) {
    if (loaded.give(MAX_READINGS_A_TURN, filling::add)) {
      shared.context.runOnContext(turn -> fill(loaded, filling, filled));
      return;
    }
    shared.budget.hold(filling.size() - loaded.size());
    window = filling;
    snapshot = loaded.snapshot();
    // Where some are missing, the others would make an answer that is of no moment.
    if (!missedSome) waiting.giveTo(this::add);
    long now = shared.now();
    if (window == null || !window.covers(now)) {
      askDatabase().onComplete(filled);
      return;
    }
    filled.complete(answer(now));
    // It is of the snapshot; what was missed may be later.
    if (missedSome) letGo();
  }

  /** Whether it holds a window, or is about to. */
  boolean holds() {
    return window != null || loading != null;
  }

  /** Holds nothing any more. */
  void letGo() {
    if (window != null) shared.budget.hold(-window.size());
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
    } else if (loading != null && !waiting.add(batch.transaction(), readings)) {
      missedSome = true;
    }
  }

  private void add(long transaction, List<Reading> readings) {
    if (window == null || snapshot.sees(transaction)) return;
    int before = window.size();
    window.forget(shared.now());
    for (var reading : readings) {
      window.add(ReadingTime.micros(reading.time()), reading.value());
    }
    shared.budget.hold(window.size() - before);
    if (shared.budget.room() < 0) letGo();
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
