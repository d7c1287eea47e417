package io.stripchart.api.live;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.stored.BoundedMap;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands readings to those who listen on one event loop. A series is looked up by its name; patterns
 * are matched with it once and the answer remembered.
 */
public final class LiveDesk {
  private static final Logger log = LoggerFactory.getLogger(LiveDesk.class);

  /** Different patterns with wildcards at a time; each costs time at each series of a batch. */
  static final int MAX_PATTERNS = 1_000;

  /** Answers of all patterns together: whether a series matches. */
  static final int MAX_REMEMBERED = 50_000;

  private static final int MAX_REMEMBERED_OF_PATTERN = 1_000;

  /** A listener. Receives every batch once, in the order of the stream. */
  public interface Listener {
    /**
     * Readings were stored.
     *
     * @param batch of the readings; a reader with a snapshot can tell by its transaction whether
     *     the snapshot saw them
     * @param readings the matching ones of the batch, in its order; shared, so not to be changed,
     *     and never empty
     */
    void stored(Batch batch, List<Reading> readings);

    /**
     * A batch whose readings are not in memory: it may hold some that match, which can be read from
     * the database.
     */
    void unread(Batch batch);

    /** Unknown batches were missed; what follows is complete again. */
    void gap();

    /**
     * Some readings of its series were deleted: anything held of them must be read again. A
     * listener that only passes on readings needs no action.
     */
    default void deleted() {}

    /** It threw an exception when it was notified, and so missed an event. */
    default void failed(Throwable cause) {
      gap();
    }
  }

  private static final class Matching {
    private final Set<Listener> listeners = new LinkedHashSet<>();
    private Map<String, Boolean> remembered;

    private Matching(int max) {
      remember(max);
    }

    private void remember(int max) {
      remembered = new BoundedMap<>(max);
    }
  }

  private final Map<String, Set<Listener>> exact = new HashMap<>();
  private final Map<SeriesPattern, Matching> patterns = new HashMap<>();
  private int rememberedOfPattern = MAX_REMEMBERED_OF_PATTERN;
  private long position;
  private long deletions;

  /**
   * @throws ApiException if there are too many different patterns
   */
  public void add(SeriesPattern pattern, Listener listener) {
    if (pattern.isExact()) {
      exact.computeIfAbsent(pattern.toString(), name -> new LinkedHashSet<>()).add(listener);
      return;
    }
    if (patterns.size() >= MAX_PATTERNS && !patterns.containsKey(pattern)) {
      throw new ApiException(
          Code.LIMIT, "series: more than " + MAX_PATTERNS + " different patterns at a time");
    }
    patterns
        .computeIfAbsent(pattern, absent -> new Matching(rememberedOfPattern))
        .listeners
        .add(listener);
    shareMemory();
  }

  /** The more patterns there are, the fewer answers of each are remembered. */
  private void shareMemory() {
    if (patterns.size() * rememberedOfPattern <= MAX_REMEMBERED) return;
    rememberedOfPattern /= 2;
    patterns.values().forEach(matching -> matching.remember(rememberedOfPattern));
  }

  /** For tests. */
  int remembered() {
    return patterns.values().stream().mapToInt(matching -> matching.remembered.size()).sum();
  }

  public void remove(SeriesPattern pattern, Listener listener) {
    if (pattern.isExact()) {
      var listeners = exact.get(pattern.toString());
      if (listeners == null) return;
      listeners.remove(listener);
      if (listeners.isEmpty()) exact.remove(pattern.toString());
    } else {
      var matching = patterns.get(pattern);
      if (matching == null) return;
      matching.listeners.remove(listener);
      if (matching.listeners.isEmpty()) patterns.remove(pattern);
      if (patterns.isEmpty()) rememberedOfPattern = MAX_REMEMBERED_OF_PATTERN;
    }
  }

  /** Of the batch in the stream that comes next. */
  long position() {
    return position;
  }

  /** Of the batch that comes next, if there is one before it that was not delivered. */
  void goTo(long next) {
    position = next;
  }

  /** Number of deletions that it was notified of. */
  long deletions() {
    return deletions;
  }

  public boolean isEmpty() {
    return exact.isEmpty() && patterns.isEmpty();
  }

  public void deliver(Batch batch) {
    position = batch.position() + 1;
    if (isEmpty()) return;
    if (!batch.isInMemory()) {
      tellAll(listener -> listener.unread(batch));
      return;
    }
    var runs = runs(batch.readings());
    for (var run : runs) {
      var listeners = exact.get(run.get(0).series());
      if (listeners != null) tell(listeners, batch, run);
    }
    for (var entry : List.copyOf(patterns.entrySet())) {
      var matched = matched(entry.getKey(), entry.getValue(), runs);
      if (!matched.isEmpty()) tell(entry.getValue().listeners, batch, matched);
    }
  }

  /**
   * The readings of a batch in memory that match a pattern.
   *
   * @return in the order of the batch; empty if none does
   */
  List<Reading> matched(SeriesPattern pattern, Batch batch) {
    var matching = patterns.getOrDefault(pattern, new Matching(rememberedOfPattern));
    var matched = new ArrayList<Reading>();
    String series = null;
    boolean matches = false;
    for (var reading : batch.readings()) {
      if (!reading.series().equals(series)) {
        series = reading.series();
        matches = matches(pattern, matching, series);
      }
      if (matches) matched.add(reading);
    }
    return matched;
  }

  /** Of a series each. */
  private static List<List<Reading>> runs(List<Reading> readings) {
    var runs = new ArrayList<List<Reading>>();
    int start = 0;
    for (int i = 1; i <= readings.size(); i++) {
      if (i < readings.size() && readings.get(i).series().equals(readings.get(start).series())) {
        continue;
      }
      runs.add(run(readings, start, i));
      start = i;
    }
    return runs;
  }

  /**
   * A slow subscriber keeps it for long: a small list does not hold the rest of its batch in
   * memory.
   */
  private static List<Reading> run(List<Reading> readings, int start, int end) {
    var run = readings.subList(start, end);
    return run.size() * 2 >= readings.size() ? run : List.copyOf(run);
  }

  private static List<Reading> matched(
      SeriesPattern pattern, Matching matching, List<List<Reading>> runs) {
    var matched = new ArrayList<Reading>();
    for (var run : runs) {
      if (matches(pattern, matching, run.get(0).series())) matched.addAll(run);
    }
    return matched;
  }

  private static boolean matches(SeriesPattern pattern, Matching matching, String series) {
    if (pattern.isExact()) return pattern.matches(series);
    return matching.remembered.computeIfAbsent(series, pattern::matches);
  }

  private static void tell(Set<Listener> listeners, Batch batch, List<Reading> readings) {
    tell(listeners, listener -> listener.stored(batch, readings));
  }

  private static void tell(Set<Listener> listeners, Consumer<Listener> news) {
    // A listener may leave while it is notified.
    for (var listener : List.copyOf(listeners)) tell(listener, news);
  }

  /** If one of them fails, the others are still notified. */
  private static void tell(Listener listener, Consumer<Listener> news) {
    try {
      news.accept(listener);
    } catch (RuntimeException bug) {
      log.error("event=listener_failed", bug);
      try {
        listener.failed(bug);
      } catch (RuntimeException again) {
        log.error("event=listener_failed; it receives no more of this batch", again);
      }
    }
  }

  private void tellAll(Consumer<Listener> news) {
    for (var listeners : List.copyOf(exact.values())) tell(listeners, news);
    for (var matching : List.copyOf(patterns.values())) tell(matching.listeners, news);
  }

  void gap() {
    tellAll(Listener::gap);
  }

  /**
   * Readings were deleted.
   *
   * @param series of these; null if it may be any
   */
  public void deleted(String series) {
    deletions++;
    if (series == null) {
      tellAll(Listener::deleted);
      return;
    }
    var listeners = exact.get(series);
    if (listeners != null) tell(listeners, Listener::deleted);
    for (var entry : List.copyOf(patterns.entrySet())) {
      if (matches(entry.getKey(), entry.getValue(), series))
        tell(entry.getValue().listeners, Listener::deleted);
    }
  }
}
