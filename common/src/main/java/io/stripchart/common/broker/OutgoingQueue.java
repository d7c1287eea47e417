package io.stripchart.common.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What waits to be sent, in order. Readings of one series that wait share a message; and while one
 * of the series is under way, the next ones wait for its end, so that a lone reading goes at once
 * and many go together. Bounded by its publisher; safe for any thread.
 */
final class OutgoingQueue {
  private final Deque<Parcel> ready = new ArrayDeque<>();

  /** Of each series that has a parcel which is ready or under way. */
  private final Map<String, Line> lines = new HashMap<>();

  /** Of a series: one parcel is ready or under way, the others wait here for its end. */
  private static final class Line {
    private final Deque<Parcel> behind = new ArrayDeque<>(2);
    private Parcel last;

    /**
     * @return the parcel where it is a new one
     */
    Parcel add(Outgoing outgoing) {
      if (last != null && last.join(outgoing)) return null;
      last = new Parcel(outgoing);
      return last;
    }
  }

  /** At once, so that those of a series go together. */
  synchronized void addLast(List<Outgoing> all) {
    all.forEach(this::add);
    notifyAll();
  }

  private void add(Outgoing outgoing) {
    if (outgoing.reading() == null) {
      ready.addLast(new Parcel(outgoing));
      return;
    }
    var line = lines.computeIfAbsent(outgoing.reading().series(), series -> new Line());
    boolean first = line.last == null;
    var parcel = line.add(outgoing);
    if (parcel != null) (first ? ready : line.behind).addLast(parcel);
  }

  /** Back to the front, in the order given. */
  synchronized void addFirst(List<Parcel> again) {
    for (int i = again.size() - 1; i >= 0; i--) ready.addFirst(again.get(i));
    notifyAll();
  }

  /**
   * Waits until there is something, or {@code patienceMillis} are over.
   *
   * @return the first, which takes no more readings from now on; null where there is none
   */
  synchronized Parcel take(long patienceMillis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    while (ready.isEmpty()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) return null;
      wait(left);
    }
    var parcel = ready.pollFirst();
    parcel.seal();
    return parcel;
  }

  /** A parcel that was taken is settled: the next one of its series may go. */
  synchronized void settled(Parcel parcel) {
    goOn(parcel.series());
  }

  private void goOn(String series) {
    var line = series == null ? null : lines.get(series);
    if (line == null) return;
    var next = line.behind.pollFirst();
    if (next == null) {
      lines.remove(series);
    } else {
      ready.addLast(next);
      notifyAll();
    }
  }

  /** Takes out what nobody waits for any more. */
  synchronized List<Outgoing> removeSettled() {
    var settled = new ArrayList<Outgoing>();
    for (var line : lines.values()) removeSettled(line.behind, settled);
    removeSettled(ready, settled).forEach(parcel -> goOn(parcel.series()));
    return settled;
  }

  private static List<Parcel> removeSettled(Deque<Parcel> parcels, List<Outgoing> settled) {
    var emptied = new ArrayList<Parcel>();
    for (var parcel : parcels) {
      settled.addAll(parcel.takeSettled());
      if (parcel.isEmpty()) emptied.add(parcel);
    }
    // Sealed, so that nothing joins what is thrown away.
    emptied.forEach(Parcel::seal);
    if (!emptied.isEmpty()) parcels.removeIf(Parcel::isEmpty);
    return emptied;
  }
}
