package io.stripchart.api.live;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.stored.BoundedMap;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Hands readings to those who listen on one event loop. A series is looked up by its name; patterns
 * are matched with it once and the answer remembered.
 */
final class LiveDesk {
  /** Different patterns with wildcards at a time; each costs time at each series of a batch. */
  static final int MAX_PATTERNS = 1_000;

  private static final int MAX_REMEMBERED = 1_000;

  /** Who listens. */
  interface Listener {
    /**
     * Readings that were stored, in the order of their batch; shared, so not to be changed, and
     * never empty.
     */
    void stored(List<Reading> readings);

    /** So many of its readings were dropped before they came here. */
    void missed(long readings);

    /** Readings may have been missed, nobody knows which. */
    default void gap() {}
  }

  private static final class Matching {
    private final Set<Listener> listeners = new LinkedHashSet<>();
    private final Map<String, Boolean> remembered = new BoundedMap<>(MAX_REMEMBERED);
  }

  private final Map<String, Set<Listener>> exact = new HashMap<>();
  private final Map<SeriesPattern, Matching> patterns = new HashMap<>();

  /**
   * @throws ApiException where there are too many different patterns
   */
  void add(SeriesPattern pattern, Listener listener) {
    if (pattern.isExact()) {
      exact.computeIfAbsent(pattern.toString(), name -> new LinkedHashSet<>()).add(listener);
      return;
    }
    if (patterns.size() >= MAX_PATTERNS && !patterns.containsKey(pattern)) {
      throw new ApiException(
          Code.LIMIT, "series: more than " + MAX_PATTERNS + " different patterns at a time");
    }
    patterns.computeIfAbsent(pattern, absent -> new Matching()).listeners.add(listener);
  }

  void remove(SeriesPattern pattern, Listener listener) {
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
    }
  }

  boolean isEmpty() {
    return exact.isEmpty() && patterns.isEmpty();
  }

  /**
   * @param readings of one batch, so that those of a series stand together
   */
  void deliver(List<Reading> readings) {
    if (isEmpty()) return;
    var runs = runs(readings);
    for (var run : runs) {
      var listeners = exact.get(run.get(0).series());
      if (listeners != null) tell(listeners, run);
    }
    for (var entry : List.copyOf(patterns.entrySet())) {
      var matched = matched(entry.getKey(), entry.getValue(), runs);
      if (!matched.isEmpty()) tell(entry.getValue().listeners, matched);
    }
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

  /** Who is slow keeps it for long: what is small does not hold the rest of its batch with it. */
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
    return matching.remembered.computeIfAbsent(series, pattern::matches);
  }

  private static void tell(Set<Listener> listeners, List<Reading> readings) {
    // A listener may leave while it is told.
    for (var listener : List.copyOf(listeners)) listener.stored(readings);
  }

  /**
   * @param counts of dropped readings, by series
   */
  void missed(Map<String, Long> counts) {
    counts.forEach(
        (series, count) -> {
          for (var listener : List.copyOf(exact.getOrDefault(series, Set.of()))) {
            listener.missed(count);
          }
          patterns.forEach(
              (pattern, matching) -> {
                if (!matches(pattern, matching, series)) return;
                matching.listeners.forEach(listener -> listener.missed(count));
              });
        });
  }

  void gap() {
    for (var listeners : List.copyOf(exact.values())) {
      List.copyOf(listeners).forEach(Listener::gap);
    }
    for (var matching : List.copyOf(patterns.values())) {
      List.copyOf(matching.listeners).forEach(Listener::gap);
    }
  }
}
