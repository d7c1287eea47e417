package io.stripchart.common.broker;

import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingJson;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits to be sent, in order. Readings of one series that wait share a message; and while a
 * message of a series is unconfirmed, its next readings wait. So a single reading is sent at once,
 * and many are sent together. Bounded by its publisher; safe for any thread.
 */
final class OutboundQueue {
  /** Batches that can be sent. */
  private final Deque<OutboundBatch> ready = new ArrayDeque<>();

  /** Of each series that has a batch which is ready or unconfirmed. */
  private final Map<String, Line> lines = new HashMap<>();

  /** The batches of a series behind the one that is ready or unconfirmed. */
  private static final class Line {
    private final Deque<OutboundBatch> behind = new ArrayDeque<>(2);
    private OutboundBatch last;

    /**
     * @return the batch where it is a new one
     */
    OutboundBatch add(PendingMessage pending) {
      if (last != null && last.join(pending)) return null;
      last = new OutboundBatch(pending);
      return last;
    }
  }

  /** At once, so that those of a series go together. */
  synchronized void addLast(List<PendingMessage> all) {
    all.forEach(this::add);
    notifyAll();
  }

  private void add(PendingMessage pending) {
    if (pending.reading() == null) {
      ready.addLast(new OutboundBatch(pending));
      return;
    }
    var line = lines.computeIfAbsent(pending.reading().series(), series -> new Line());
    boolean first = line.last == null;
    var batch = line.add(pending);
    if (batch != null) (first ? ready : line.behind).addLast(batch);
  }

  /** Back to the front, in the order given. */
  synchronized void addFirst(List<OutboundBatch> again) {
    for (int i = again.size() - 1; i >= 0; i--) ready.addFirst(again.get(i));
    notifyAll();
  }

  /**
   * Waits until there is something, or {@code patienceMillis} are over.
   *
   * @return the first, which takes no more readings from now on; null where there is none
   */
  synchronized OutboundBatch take(long patienceMillis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    while (ready.isEmpty()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) return null;
      wait(left);
    }
    var batch = ready.pollFirst();
    batch.seal();
    return batch;
  }

  /** A batch that was taken is settled: the next one of its series can be sent. */
  synchronized void settled(OutboundBatch batch) {
    goOn(batch.series());
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

  /** Removes and returns messages that were settled while they waited here. */
  synchronized List<PendingMessage> removeSettled() {
    var settled = new ArrayList<PendingMessage>();
    for (var line : lines.values()) removeSettled(line.behind, settled);
    removeSettled(ready, settled).forEach(batch -> goOn(batch.series()));
    return settled;
  }

  private static List<OutboundBatch> removeSettled(
      Deque<OutboundBatch> batches, List<PendingMessage> settled) {
    var emptied = new ArrayList<OutboundBatch>();
    for (var batch : batches) {
      settled.addAll(batch.takeSettled());
      if (batch.isEmpty()) emptied.add(batch);
    }
    // Sealed, so that nothing joins a discarded batch.
    emptied.forEach(OutboundBatch::seal);
    if (!emptied.isEmpty()) batches.removeIf(OutboundBatch::isEmpty);
    return emptied;
  }

  /**
   * The content of one message: a message as it is, or some readings of one series, in their order.
   * Used by one thread at a time: of the queue, of the sender, of the connection.
   */
  static final class OutboundBatch {
    /**
     * Of at most 73 bytes each, so that a message stays far below 64 KiB. More readings would make
     * a message no cheaper: a hundredth of its cost is little beside the cost of a reading.
     */
    static final int MAX_READINGS = 250;

    private static final AtomicLong IDS = new AtomicLong();
    private static final String ID_PREFIX =
        Long.toString(System.currentTimeMillis(), 36) + "-" + ProcessHandle.current().pid() + "-";

    private final List<PendingMessage> parts = new ArrayList<>(1);
    private final String series;
    private String id;
    private int endings;
    private int nacks;

    OutboundBatch(PendingMessage first) {
      parts.add(first);
      series = first.reading() == null ? null : first.reading().series();
    }

    /** Of its readings; null where it is a message. */
    String series() {
      return series;
    }

    /** From now on it takes no more. */
    void seal() {
      if (id == null) id = ID_PREFIX + IDS.incrementAndGet();
    }

    /**
     * @param next a reading of its series
     * @return false where it takes no more
     */
    boolean join(PendingMessage next) {
      if (id != null || parts.size() == MAX_READINGS) return false;
      parts.add(next);
      return true;
    }

    /** The same each time that it is sent. */
    String id() {
      return id;
    }

    List<PendingMessage> parts() {
      return parts;
    }

    boolean isEmpty() {
      return parts.isEmpty();
    }

    /**
     * It is being sent from now on, without settled readings.
     *
     * @return the settled ones
     */
    List<PendingMessage> markSent() {
      return take(false);
    }

    /** Removes and returns settled readings, and leaves the others. */
    List<PendingMessage> takeSettled() {
      return take(true);
    }

    private List<PendingMessage> take(boolean settledOnly) {
      var taken = new ArrayList<PendingMessage>(0);
      for (var part : parts) {
        if (settledOnly ? part.isSettled() : !part.markSent()) taken.add(part);
      }
      if (!taken.isEmpty()) parts.removeAll(taken);
      return taken;
    }

    Message message() {
      if (series == null) return parts.get(0).message();
      var readings = new ArrayList<Reading>(parts.size());
      for (var part : parts) readings.add(part.reading());
      var body = ReadingJson.encode(readings);
      return new Message(Topology.READINGS, series, body, Map.of(), true);
    }

    /** A connection ended while this was unconfirmed on it; on the sender's thread. */
    void countEnding() {
      endings++;
    }

    int endings() {
      return endings;
    }

    /** The broker nacked it; on the connection's thread. */
    void countNack() {
      nacks++;
    }

    int nacks() {
      return nacks;
    }
  }
}
