package io.stripchart.api.live;

import io.stripchart.common.reading.Reading;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Readings that wait in memory for one subscriber. Lists are kept as they come, shared with other
 * subscribers, so that a large batch costs each of them next to nothing.
 */
final class Waiting {
  /**
   * @param least as of {@link LeastTimes}
   */
  private record Part(
      List<Reading> readings, long[] least, Progress progress, HeldReadings.Source source) {}

  private final HeldReadings held;
  private final ArrayDeque<Part> parts = new ArrayDeque<>();

  /** Those parts that have a lesser time than all behind them, so that the first one's is least. */
  private final ArrayDeque<Part> lesser = new ArrayDeque<>();

  private int next;
  private int size;
  private Part polled;
  private int polledIndex;

  Waiting(HeldReadings held) {
    this.held = held;
  }

  /**
   * @param origin the batch or the page that the readings are of
   * @param least as of {@link LeastTimes}
   * @param progress of the subscriber
   */
  void add(Object origin, List<Reading> readings, long[] least, Progress progress) {
    if (readings.isEmpty()) return;
    var part = new Part(readings, least, progress, held.hold(origin, readings.size()));
    while (!lesser.isEmpty() && lesser.getLast().least[0] >= least[0]) lesser.removeLast();
    parts.addLast(part);
    lesser.addLast(part);
    size += readings.size();
  }

  /** The oldest one; null if none waits. */
  @SuppressWarnings("ReferenceEquality") // The part itself.
  Reading poll() {
    var part = parts.peekFirst();
    if (part == null) return null;
    // From now on it counts with what is left of it.
    if (lesser.peekFirst() == part) lesser.removeFirst();
    var reading = part.readings.get(next++);
    size--;
    polled = part;
    polledIndex = next - 1;
    if (next == part.readings.size()) {
      parts.removeFirst();
      held.release(part.source);
      next = 0;
    }
    return reading;
  }

  /** The body of the cursor behind the one that was polled last; once after each poll. */
  String progress() {
    var part = polled;
    // An idle subscriber holds nothing.
    polled = null;
    var reading = part.readings.get(polledIndex);
    return part.progress.after(polledIndex, reading, polledIndex == part.readings.size() - 1);
  }

  /** When the readings that wait for the longest time came; the greatest long where none wait. */
  long oldest() {
    return parts.isEmpty() ? Long.MAX_VALUE : parts.getFirst().source.number();
  }

  /** The least time of those that wait, in microseconds; the greatest long if none does. */
  long least() {
    long least = lesser.isEmpty() ? Long.MAX_VALUE : lesser.getFirst().least[0];
    var part = parts.peekFirst();
    return part == null ? least : Math.min(least, part.least[next]);
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void clear() {
    parts.forEach(part -> held.release(part.source));
    parts.clear();
    lesser.clear();
    next = 0;
    size = 0;
    polled = null;
  }
}
