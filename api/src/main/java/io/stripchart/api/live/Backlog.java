package io.stripchart.api.live;

import java.util.ArrayDeque;
import java.util.List;

/**
 * Events that wait for one subscriber; beyond {@value #MAX_EVENTS} the oldest are dropped and
 * counted, but none of the newest list, which the quickest subscriber could not have taken yet.
 * Lists are kept as they come, shared with other subscribers, so that a large batch costs each of
 * them next to nothing.
 */
final class Backlog<E> {
  static final int MAX_EVENTS = 1_000;

  private final ArrayDeque<List<E>> lists = new ArrayDeque<>();
  private int next;
  private int size;
  private long missed;

  /**
   * @param events not changed afterwards
   * @return how many older ones were dropped
   */
  long add(List<E> events) {
    if (events.isEmpty()) return 0;
    lists.addLast(events);
    size += events.size();
    long before = missed;
    while (size > MAX_EVENTS && lists.size() > 1) dropOldest();
    return missed - before;
  }

  private void dropOldest() {
    var oldest = lists.peekFirst();
    int dropped = Math.min(oldest.size() - next, size - MAX_EVENTS);
    missed += dropped;
    skip(oldest, dropped);
  }

  private void skip(List<E> oldest, int events) {
    next += events;
    size -= events;
    if (next == oldest.size()) {
      lists.removeFirst();
      next = 0;
    }
  }

  /** The oldest one; null if none waits. */
  E poll() {
    var oldest = lists.peekFirst();
    if (oldest == null) return null;
    var event = oldest.get(next);
    skip(oldest, 1);
    return event;
  }

  /** How many were dropped since this was asked last. */
  long takeMissed() {
    long taken = missed;
    missed = 0;
    return taken;
  }

  int size() {
    return size;
  }

  void clear() {
    lists.clear();
    next = 0;
    size = 0;
  }
}
