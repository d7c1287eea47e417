package io.stripchart.common.broker;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Bounds the bytes of the deliveries that a consumer holds unacknowledged. AMQP bounds their number
 * only, and the broker sends as many at once as the prefetch allows, whatever their size. Where
 * they exceed the bytes, the connection is to be ended, so that the broker takes them back, and the
 * next one gets a prefetch that fits. A minute after that, the prefetch grows again.
 *
 * <p>Safe for any thread.
 */
final class DeliveryBudget {
  private static final Duration GROWS_AFTER = Duration.ofMinutes(1);

  /** Stands for the bytes of a delivery that was acknowledged before an earlier one. */
  private static final long FORGOTTEN = -1;

  private final int maxPrefetch;
  private final long maxBytes;
  private final LongSupplier nanoTime;

  /**
   * The bytes of the deliveries from {@link #firstTag} to {@link #nextTag}, as a ring: that of a
   * tag is at the tag modulo the length, a power of two. A channel numbers its deliveries in order.
   */
  private long[] bytes = new long[1_024];

  private long firstTag;
  private long nextTag;
  private int unacknowledged;
  private Object connection;
  private long held;
  private long largest;
  private int prefetch;
  private long changedAt;
  private long movedAt;

  /**
   * @param maxBytes of all deliveries that are unacknowledged, headers included
   * @param nanoTime a clock that never steps back, like {@link System#nanoTime}
   */
  DeliveryBudget(int maxPrefetch, long maxBytes, LongSupplier nanoTime) {
    this.maxPrefetch = maxPrefetch;
    this.maxBytes = maxBytes;
    this.nanoTime = nanoTime;
    this.prefetch = maxPrefetch;
  }

  /** A new connection: nothing is unacknowledged. */
  synchronized void opened(Object opened) {
    connection = opened;
    unacknowledged = 0;
    held = 0;
    largest = 0;
    movedAt = nanoTime.getAsLong();
  }

  /**
   * Counts a delivery.
   *
   * @param origin the connection; what a former one still delivers does not count
   * @return false where all together are too many bytes; then the prefetch is smaller from now on.
   *     A single delivery never is
   */
  synchronized boolean admit(Object origin, long tag, long size) {
    if (origin != connection) return true;
    add(tag, size);
    held += size;
    largest = Math.max(largest, size);
    movedAt = nanoTime.getAsLong();
    if (held <= maxBytes || unacknowledged == 1) return true;
    long fits = Math.max(1, maxBytes / largest);
    prefetch = (int) Math.max(1, Math.min(fits, prefetch / 2));
    changedAt = movedAt;
    return false;
  }

  private void add(long tag, long size) {
    // A new channel of the connection begins at 1 again, after all of the former is acknowledged.
    if (unacknowledged == 0) {
      firstTag = tag;
      nextTag = tag;
    }
    if (nextTag - firstTag == bytes.length) widen();
    bytes[place(nextTag)] = size;
    nextTag++;
    unacknowledged++;
  }

  private int place(long tag) {
    return (int) tag & (bytes.length - 1);
  }

  private void widen() {
    var wider = new long[2 * bytes.length];
    for (long tag = firstTag; tag < nextTag; tag++) {
      wider[(int) tag & (wider.length - 1)] = bytes[place(tag)];
    }
    bytes = wider;
  }

  /** Forgets this delivery and all earlier ones, which are acknowledged. */
  synchronized void acknowledged(Object origin, long tag) {
    if (origin != connection) return;
    movedAt = nanoTime.getAsLong();
    while (unacknowledged > 0 && firstTag <= tag) forget(firstTag);
  }

  /** Forgets this delivery, which is acknowledged, and none before it. */
  synchronized void acknowledgedAlone(Object origin, long tag) {
    if (origin != connection) return;
    movedAt = nanoTime.getAsLong();
    if (unacknowledged > 0 && firstTag <= tag && tag < nextTag) forget(tag);
  }

  private void forget(long tag) {
    int place = place(tag);
    if (bytes[place] != FORGOTTEN) {
      held -= bytes[place];
      bytes[place] = FORGOTTEN;
      unacknowledged--;
    }
    while (firstTag < nextTag && bytes[place(firstTag)] == FORGOTTEN) firstTag++;
  }

  synchronized int prefetch() {
    return prefetch;
  }

  /**
   * Raises the prefetch again, where it was lowered more than a minute ago.
   *
   * @return whether it did
   */
  synchronized boolean grow() {
    long now = nanoTime.getAsLong();
    if (prefetch == maxPrefetch || now - changedAt < GROWS_AFTER.toNanos()) return false;
    prefetch = (int) Math.min(maxPrefetch, 2L * prefetch);
    changedAt = now;
    return true;
  }

  /** How long ago something was last delivered or acknowledged. */
  synchronized Duration restedFor() {
    return Duration.ofNanos(nanoTime.getAsLong() - movedAt);
  }

  synchronized boolean isEmpty() {
    return unacknowledged == 0;
  }

  long maxBytes() {
    return maxBytes;
  }
}
