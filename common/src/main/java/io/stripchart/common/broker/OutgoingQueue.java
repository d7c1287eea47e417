package io.stripchart.common.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What waits to be sent, in order. Bounded by its publisher; safe for any thread. */
final class OutgoingQueue {
  private final ArrayDeque<Outgoing> waiting = new ArrayDeque<>();

  synchronized void addLast(Outgoing outgoing) {
    waiting.addLast(outgoing);
    if (waiting.size() == 1) notifyAll();
  }

  /** Back to the front, in the order given. */
  synchronized void addFirst(List<Outgoing> again) {
    if (again.isEmpty()) return;
    for (int i = again.size() - 1; i >= 0; i--) waiting.addFirst(again.get(i));
    notifyAll();
  }

  /**
   * Waits until there is something, or {@code patienceMillis} are over.
   *
   * @return up to {@code most} in order
   */
  synchronized List<Outgoing> take(int most, long patienceMillis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    while (waiting.isEmpty()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) return List.of();
      wait(left);
    }
    int count = Math.min(most, waiting.size());
    var taken = new ArrayList<Outgoing>(count);
    for (int i = 0; i < count; i++) taken.add(waiting.pollFirst());
    return taken;
  }

  /** Takes out what nobody waits for any more. */
  synchronized List<Outgoing> removeSettled() {
    var settled = waiting.stream().filter(Outgoing::isSettled).toList();
    if (!settled.isEmpty()) waiting.removeIf(Outgoing::isSettled);
    return settled;
  }
}
