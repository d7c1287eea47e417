package io.stripchart.common.broker;

import java.time.Duration;
import java.util.NavigableMap;
import java.util.TreeMap;
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

  private final int maxPrefetch;
  private final long maxBytes;
  private final LongSupplier nanoTime;

  /** The bytes of each delivery, by its tag. */
  private final NavigableMap<Long, Long> unacknowledged = new TreeMap<>();

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
    unacknowledged.clear();
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
  synchronized boolean admit(Object origin, long tag, long bytes) {
    if (origin != connection) return true;
    unacknowledged.put(tag, bytes);
    held += bytes;
    largest = Math.max(largest, bytes);
    movedAt = nanoTime.getAsLong();
    if (held <= maxBytes || unacknowledged.size() == 1) return true;
    long fits = Math.max(1, maxBytes / largest);
    prefetch = (int) Math.max(1, Math.min(fits, prefetch / 2));
    changedAt = nanoTime.getAsLong();
    return false;
  }

  /** Forgets this delivery and all earlier ones, which are acknowledged. */
  synchronized void acknowledged(Object origin, long tag) {
    if (origin != connection) return;
    movedAt = nanoTime.getAsLong();
    while (!unacknowledged.isEmpty() && unacknowledged.firstKey() <= tag) {
      held -= unacknowledged.pollFirstEntry().getValue();
    }
  }

  /** Forgets this delivery, which is acknowledged, and none before it. */
  synchronized void acknowledgedAlone(Object origin, long tag) {
    if (origin != connection) return;
    movedAt = nanoTime.getAsLong();
    var bytes = unacknowledged.remove(tag);
    if (bytes != null) held -= bytes;
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
    return unacknowledged.isEmpty();
  }

  long maxBytes() {
    return maxBytes;
  }
}
