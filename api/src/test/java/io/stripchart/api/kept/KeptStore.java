package io.stripchart.api.kept;

import io.stripchart.api.stored.Snapshot;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A database whose views are lists of readings, each of weight 1. It responds when the test says
 * so, with its state at that moment.
 */
final class KeptStore implements ViewSource<String, KeptStore.Readings> {
  private final Set<Long> running = new TreeSet<>();
  private final Map<Long, List<Reading>> committed = new TreeMap<>();
  private final Deque<Runnable> unanswered = new ArrayDeque<>();
  private long next = 100;
  private int loads;
  private boolean exists = true;

  record Readings(List<Reading> all, boolean exists) implements View {
    @Override
    public void add(List<Reading> readings) {
      all.addAll(readings);
    }

    @Override
    public long weight() {
      return all.size();
    }
  }

  long begin() {
    running.add(next);
    return next++;
  }

  /** Events to deliver to it. */
  Batch commit(long transaction, List<Reading> readings) {
    running.remove(transaction);
    committed.put(transaction, readings);
    return new Batch(0, transaction, 0, Long.MAX_VALUE, readings.size(), readings);
  }

  Batch store(Reading... readings) {
    return commit(begin(), List.of(readings));
  }

  List<Reading> of(String pattern) {
    var matching = SeriesPattern.of(pattern);
    return committed.values().stream()
        .flatMap(List::stream)
        .filter(one -> matching.matches(one.series()))
        .toList();
  }

  /** Subjects loaded from now on do not exist. */
  void nothingExists() {
    exists = false;
  }

  int loads() {
    return loads;
  }

  void answer() {
    if (!unanswered.isEmpty()) unanswered.remove().run();
  }

  @Override
  public List<SeriesPattern> patterns(String key) {
    return List.of(SeriesPattern.of(key));
  }

  @Override
  public Future<Loaded<Readings>> load(String key, long room) {
    loads++;
    var promise = Promise.<Loaded<Readings>>promise();
    // It is read at a moment of its own, and the answer comes later.
    unanswered.add(
        () -> {
          var read = read(key, room);
          unanswered.add(() -> promise.complete(read));
        });
    return promise.future();
  }

  private Loaded<Readings> read(String key, long room) {
    long xmin = running.stream().mapToLong(Long::longValue).min().orElse(next);
    var all = of(key);
    var view = all.size() > room ? null : new Readings(new ArrayList<>(all), exists);
    return new Loaded<>(new Snapshot(xmin, next, running), view);
  }
}
