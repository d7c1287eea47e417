package io.stripchart.common.broker;

import io.stripchart.common.Backoff;
import io.stripchart.common.operations.LogLimit;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that the broker does not take for now, as where a queue is full and told to reject: each
 * is sent again after a while, the longer the more often it was refused.
 *
 * <p>RabbitMQ may go on refusing on a channel though the reason is gone: of a quorum queue, a
 * channel keeps in mind that it was full. So a connection on which a message was refused for some
 * seconds is replaced, at first after 5 s, then after longer, at most 15 s each time.
 */
final class Refusals {
  private static final Logger log = LoggerFactory.getLogger(Refusals.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));

  /** From then on it is no passing trouble: about half a second. */
  private static final int STUCK_AFTER = 5;

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration MAX_PATIENCE = Duration.ofSeconds(15);

  /** Without a refusal for so long, the next one is the first again. */
  private static final Duration QUIET = Duration.ofSeconds(60);

  private final String name;
  private final PublisherMetrics metrics;
  private final Consumer<Parcel> again;
  private final LongSupplier nanoTime;
  private final LogLimit lines = new LogLimit();
  private final AtomicInteger stuck = new AtomicInteger();
  private Duration patience = PATIENCE;

  /** The connection on which a message was last refused; null where all that were came through. */
  private Object refusing;

  private long since;
  private long last;

  /**
   * @param again sends a message again
   * @param nanoTime a clock that never steps back, like {@link System#nanoTime}
   */
  Refusals(String name, PublisherMetrics metrics, Consumer<Parcel> again, LongSupplier nanoTime) {
    this.name = name;
    this.metrics = metrics;
    this.again = again;
    this.nanoTime = nanoTime;
  }

  /**
   * The broker did not take a message; on the connection's thread.
   *
   * @param connection which it came over
   */
  void add(Parcel parcel, BrokerThreads threads, Object connection) {
    metrics.nacked();
    parcel.countRefusal();
    note(connection);
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

  private synchronized void note(Object connection) {
    long now = nanoTime.getAsLong();
    if (refusing != connection || now - last > QUIET.toNanos()) since = now;
    refusing = connection;
    last = now;
  }

  /** The broker took a message; on the connection's thread. */
  void kept(Parcel parcel) {
    if (parcel.refusals() > 0) recovered();
  }

  private synchronized void recovered() {
    patience = PATIENCE;
    refusing = null;
  }

  /**
   * Why a connection is to be replaced, where the broker refuses a message on it for too long.
   * After that, the next connection is given longer.
   */
  synchronized Optional<String> stuckOn(Object connection) {
    if (refusing != connection || last - since <= patience.toNanos()) return Optional.empty();
    var reason = "the broker has refused messages for " + patience + "; another may fare better";
    refusing = null;
    var longer = patience.plus(PATIENCE);
    patience = longer.compareTo(MAX_PATIENCE) > 0 ? MAX_PATIENCE : longer;
    return Optional.of(reason);
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
