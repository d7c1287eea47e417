package io.stripchart.common.broker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the messages in the dead-letter queue, and those dropped by its limit. Brokers do not
 * report dropped messages. So each process counts the messages that left the queue while it added
 * others and the queue had no consumer.
 */
final class DeadLetterMetrics {
  /** Of looks every 5 s. */
  private static final int MAX_UNQUIET = 12;

  private final AtomicLong queued = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong settled = new AtomicLong();
  private final AtomicLong added = new AtomicLong();
  private final Counter dropped;
  private long before = -1;
  private int unquiet;

  DeadLetterMetrics(MeterRegistry registry, String publisher) {
    Gauge.builder("stripchart.dead.letters.queued", queued, AtomicLong::get)
        .description("Messages on the dead-letter queue")
        .tag("publisher", publisher)
        .register(registry);
    dropped =
        Counter.builder("stripchart.dead.letters.dropped")
            .description("Dead letters that the limit of their queue dropped, the oldest first")
            .tag("publisher", publisher)
            .register(registry);
  }

  /** A dead letter is on its way. */
  void sent() {
    sent.incrementAndGet();
  }

  /** Of a dead letter it is known whether the broker has it. */
  void settled(boolean confirmed) {
    if (confirmed) added.incrementAndGet();
    settled.incrementAndGet();
  }

  /** Dead letters that were sent so far; to be asked for before the queue is looked at. */
  long sentSoFar() {
    return sent.get();
  }

  /**
   * The queue was looked at. While letters are on their way, it cannot be told whether they are in
   * it, so that such a look counts none, unless there was no other for a minute.
   *
   * @param sentBefore as of {@link #sentSoFar}
   * @param messages in it
   * @param consumers of it
   */
  synchronized void looked(long sentBefore, long messages, long consumers) {
    queued.set(messages);
    boolean quiet = sentBefore == settled.get() && sentBefore == sent.get();
    if (!quiet && ++unquiet < MAX_UNQUIET) return;
    unquiet = 0;
    long mine = added.getAndSet(0);
    if (before >= 0 && consumers == 0 && mine > 0) {
      dropped.increment((double) Math.min(mine, Math.max(0, before + mine - messages)));
    }
    before = messages;
  }
}
