package io.stripchart.api.live;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stream.Batch;
import io.stripchart.api.turns.Waiters;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The window of a series that all its subscribers share: filled from the database, then updated by
 * stored batches. After a gap it is filled again; until then it sends no events rather than wrong
 * ones.
 */
final class LiveWindow implements LiveDesk.Listener {
  private static final long RETRY_MILLIS = 1_000;

  /** Late readings of a batch that take their places one by one; more do so together. */
  static final int MAX_LATE_SINGLY = 16;

  private final Vertx vertx;
  private final ReadingQueries queries;
  private final String series;
  private final int size;
  private final Set<LiveEvents<Average>> subscribers = new LinkedHashSet<>();
  private RollingWindow window;
  private final Waiters waiters = new Waiters();
  private Future<Void> filled;
  private boolean complete;
  private boolean changedMeanwhile;
  private long incompleteSince;
  private int gaps;
  private int deletions;
  private boolean closed;

  LiveWindow(Vertx vertx, ReadingQueries queries, String series, int size) {
    this.vertx = vertx;
    this.queries = queries;
    this.series = series;
    this.size = size;
    this.window = new RollingWindow(size);
  }

  /** Fills it; once it listens, so that nothing falls between. */
  Future<Void> fill() {
    if (filled == null) filled = waiters.ask(this::load);
    return waiters.join(filled);
  }

  void add(LiveEvents<Average> subscriber) {
    subscribers.add(subscriber);
  }

  /**
   * @return whether there are no subscribers left
   */
  boolean remove(LiveEvents<Average> subscriber) {
    subscribers.remove(subscriber);
    return subscribers.isEmpty();
  }

  void close() {
    closed = true;
  }

  private Future<Void> load() {
    int before = gaps;
    int deletionsBefore = deletions;
    return queries
        .last(series, size)
        .map(
            stored -> {
              // It may have been read before a deletion that was heard of meanwhile.
              if (deletions == deletionsBefore) merge(stored);
              // A gap that arrived meanwhile may concern what was read.
              complete = gaps == before;
              if (complete && changedMeanwhile && !window.isEmpty()) tell(List.of(average()));
              // Reported later, when it is complete.
              if (complete) changedMeanwhile = false;
              else fillAgain();
              return null;
            });
  }

  private void merge(List<Reading> newestFirst) {
    var merged = new RollingWindow(size);
    for (int i = newestFirst.size() - 1; i >= 0; i--) {
      var reading = newestFirst.get(i);
      merged.add(micros(reading), reading.value());
    }
    window.forEach(merged::add);
    window = merged;
  }

  /** Readings of a batch that {@code fill} saw already change nothing. */
  @Override
  public void stored(Batch batch, List<Reading> readings) {
    var averages = new ArrayList<Average>(complete ? readings.size() : 0);
    var late = late(readings);
    if (late.size() > MAX_LATE_SINGLY) {
      var before = window;
      window = window.with(late);
      if (window != before) changed(averages);
    }
    for (var reading : readings) {
      if (window.add(micros(reading), reading.value())) changed(averages);
    }
    tell(averages);
  }

  private SortedMap<Long, Double> late(List<Reading> readings) {
    var late = new TreeMap<Long, Double>();
    if (window.isEmpty()) return late;
    long newest = window.newestTime();
    for (var reading : readings) {
      long time = micros(reading);
      if (time < newest) late.putIfAbsent(time, reading.value());
    }
    return late;
  }

  private void changed(List<Average> averages) {
    if (complete) {
      averages.add(average());
    } else {
      changedMeanwhile = true;
    }
  }

  private void tell(List<Average> averages) {
    for (var subscriber : List.copyOf(subscribers)) subscriber.add(averages);
  }

  private Average average() {
    long micros = window.newestTime();
    return new Average(window.mean(), ReadingTime.ofMicros(micros));
  }

  private static long micros(Reading reading) {
    return ReadingTime.micros(reading.time());
  }

  /** Batches in memory for the window are in the database as well. */
  @Override
  public void unread(Batch batch) {
    gap();
  }

  @Override
  public void gap() {
    gaps++;
    if (!complete) return;
    complete = false;
    incompleteSince = System.nanoTime();
    // Missed batches change the window too.
    changedMeanwhile = true;
    fillAgain();
  }

  /** Ends its subscribers if it has not been filled again for too long. */
  void checkSilence() {
    if (complete || gaps == 0 || subscribers.isEmpty()) return;
    if (System.nanoTime() - incompleteSince < Following.MAX_SILENCE.toNanos()) return;
    var away =
        new ApiException(
            Code.DATABASE_AWAY,
            "the database has not answered within " + Following.MAX_SILENCE + "; subscribe again");
    for (var subscriber : List.copyOf(subscribers)) subscriber.fail(away);
  }

  @Override
  public void deleted() {
    deletions++;
    window = new RollingWindow(size);
    gap();
  }

  private void fillAgain() {
    if (closed) return;
    load().onFailure(away -> vertx.setTimer(RETRY_MILLIS, again -> fillAgain()));
  }
}
