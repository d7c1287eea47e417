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
  private final Consumer<Outgoing> again;
  private final LogLimit lines = new LogLimit();
  private final AtomicInteger stuck = new AtomicInteger();

  /**
   * @param again sends a message again
   */
  Refusals(String name, PublisherMetrics metrics, Consumer<Outgoing> again) {
    this.name = name;
    this.metrics = metrics;
    this.again = again;
  }

  /** On the connection's thread. */
  void add(Outgoing outgoing, BrokerThreads threads) {
    metrics.nacked();
    outgoing.countRefusal();
    tell(outgoing);
    int stands = outgoing.refusals() >= STUCK_AFTER ? 1 : 0;
    stuck.addAndGet(stands);
    threads.after(
        BACKOFF.delay(outgoing.refusals() - 1, ThreadLocalRandom.current()),
        () -> {
          stuck.addAndGet(-stands);
          again.accept(outgoing);
        });
  }

  private synchronized void tell(Outgoing outgoing) {
    lines
        .admit()
        .ifPresent(
            heldBack ->
                log.warn(
                    "event=message_refused publisher=\"{}\" exchange={} routing_key={} times={}"
                        + " held_back={}; a queue may be full, it is sent again",
                    name,
                    outgoing.message().exchange(),
                    outgoing.message().routingKey(),
                    outgoing.refusals(),
                    heldBack));
  }

  /** Whether a message waits that was refused again and again. Any thread. */
  boolean areStuck() {
    return stuck.get() > 0;
  }
}
