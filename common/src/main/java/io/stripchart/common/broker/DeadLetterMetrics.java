package io.stripchart.common.broker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what is on the dead-letter queue, and what its limit drops. No broker tells that a message
 * was dropped. So each process counts those of the queue that went while it put new ones there, and
 * nobody consumed the queue.
 */
final class DeadLetterMetrics {
  private final AtomicLong queued = new AtomicLong();
  private final AtomicLong added = new AtomicLong();
  private final Counter dropped;
  private long before = -1;

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

  /** The broker confirmed a dead letter. */
  void added() {
    added.incrementAndGet();
  }

  /**
   * The queue was looked at.
   *
   * @param messages in it
   * @param consumers of it
   */
  synchronized void looked(long messages, long consumers) {
    queued.set(messages);
    long mine = added.getAndSet(0);
    if (before >= 0 && consumers == 0 && mine > 0) {
      dropped.increment((double) Math.min(mine, Math.max(0, before + mine - messages)));
    }
    before = messages;
  }
}
