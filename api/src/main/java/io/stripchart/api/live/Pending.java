package io.stripchart.api.live;

import java.util.ArrayDeque;

/**
 * Positions in the stream of the batches that a subscriber has not received: ranges of positions,
 * each with the least time of its readings. The number of ranges is limited; beyond it, neighbours
 * are joined, and then also cover what lies between them.
 */
final class Pending {
  static final int MAX_STRETCHES = 64;

  private static final class Stretch {
    private long from;
    private long to;
    private long least;
  }

  private ArrayDeque<Stretch> stretches = new ArrayDeque<>();

  /**
   * @param position behind or at all that are here
   * @param least the least time of its readings, in microseconds
   */
  void add(long position, long least) {
    var last = stretches.peekLast();
    if (last != null && last.to == position) {
      last.least = Math.min(last.least, least);
      return;
    }
    if (stretches.size() == MAX_STRETCHES) joinNeighbours();
    var stretch = new Stretch();
    stretch.from = position;
    stretch.to = position;
    stretch.least = least;
    stretches.addLast(stretch);
  }

  private void joinNeighbours() {
    var joined = new ArrayDeque<Stretch>();
    while (!stretches.isEmpty()) {
      var stretch = stretches.pollFirst();
      var next = stretches.pollFirst();
      if (next != null) {
        stretch.to = next.to;
        stretch.least = Math.min(stretch.least, next.least);
      }
      joined.addLast(stretch);
    }
    stretches = joined;
  }

  boolean isEmpty() {
    return stretches.isEmpty();
  }

  /** The first position; if it is not empty. */
  long first() {
    return stretches.getFirst().from;
  }

  /** Removes the first position; the rest of its range keeps its least time. */
  void removeFirst() {
    var stretch = stretches.getFirst();
    if (stretch.from == stretch.to) {
      stretches.removeFirst();
    } else {
      stretch.from++;
    }
  }

  /** The least time that any reading may have, in microseconds; the greatest long where empty. */
  long least() {
    long least = Long.MAX_VALUE;
    for (var stretch : stretches) least = Math.min(least, stretch.least);
    return least;
  }

  void clear() {
    stretches.clear();
  }
}
