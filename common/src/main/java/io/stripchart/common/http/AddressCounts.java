package io.stripchart.common.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many of a thing there are, in total and of each client. Any thread. */
public final class AddressCounts {
  /** Whether one more was counted, and if not, which limit was met. */
  public enum Outcome {
    COUNTED,
    FULL_FOR_ADDRESS,
    FULL
  }

  private static final int NETWORK_BYTES = 8;

  private final int max;
  private final int maxPerAddress;
  private final AtomicInteger total = new AtomicInteger();
  private final ConcurrentHashMap<Object, Integer> byAddress = new ConcurrentHashMap<>();

  public AddressCounts(int max, int maxPerAddress) {
    this.max = max;
    this.maxPerAddress = maxPerAddress;
  }

  /**
   * The identity of a client for limits: its address; for IPv6 its network of 64 bits, in which it
   * may have any number of addresses.
   */
  static Object key(InetAddress client) {
    if (!(client instanceof Inet6Address)) return client;
    return ByteBuffer.wrap(client.getAddress(), 0, NETWORK_BYTES).slice();
  }

  /**
   * Counts one more.
   *
   * @param key null if only the total counts
   */
  public Outcome enter(Object key) {
    if (total.incrementAndGet() > max) {
      total.decrementAndGet();
      return Outcome.FULL;
    }
    if (key == null || byAddress.merge(key, 1, Integer::sum) <= maxPerAddress) {
      return Outcome.COUNTED;
    }
    leave(key);
    return Outcome.FULL_FOR_ADDRESS;
  }

  /**
   * Undoes the count of {@link #enter}.
   *
   * @param key as it was then
   */
  public void leave(Object key) {
    total.decrementAndGet();
    if (key != null) {
      byAddress.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }
  }

  int total() {
    return total.get();
  }
}
