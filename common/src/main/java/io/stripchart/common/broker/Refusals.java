package io.stripchart.common.broker;

import io.stripchart.common.Backoff;
import io.stripchart.common.operations.LogLimit;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that the broker does not take for now, as where a queue is full and told to reject: each
 * is sent again after a while, the longer the more often it was refused.
 */
final class Refusals {
  private static final Logger log = LoggerFactory.getLogger(Refusals.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));

  /** From then on it is no passing trouble: about half a second. */
  private static final int STUCK_AFTER = 5;

  private final String name;
  private final PublisherMetrics metrics;
  private final Consumer<Parcel> again;
  private final LogLimit lines = new LogLimit();
  private final AtomicInteger stuck = new AtomicInteger();

  /**
   * @param again sends a message again
   */
  Refusals(String name, PublisherMetrics metrics, Consumer<Parcel> again) {
    this.name = name;
    this.metrics = metrics;
    this.again = again;
  }

  /** On the connection's thread. */
  void add(Parcel parcel, BrokerThreads threads) {
    metrics.nacked();
    parcel.countRefusal();
    tell(parcel);
    int stands = parcel.refusals() >= STUCK_AFTER ? 1 : 0;
    stuck.addAndGet(stands);
    threads.after(
        BACKOFF.delay(parcel.refusals() - 1, ThreadLocalRandom.current()),
        () -> {
          stuck.addAndGet(-stands);
          again.accept(parcel);
        });
  }

  private synchronized void tell(Parcel parcel) {
    lines.admit().ifPresent(heldBack -> tell(parcel.message(), parcel.refusals(), heldBack));
  }

  private void tell(Message message, int times, long heldBack) {
    log.warn(
        "event=message_refused publisher=\"{}\" exchange={} routing_key={} times={} held_back={}; a"
            + " queue may be full, it is sent again",
        name,
        message.exchange(),
        message.routingKey(),
        times,
        heldBack);
  }

  /** Whether a message waits that was refused again and again. Any thread. */
  boolean areStuck() {
    return stuck.get() > 0;
  }
}
