package io.stripchart.common.broker;

import io.stripchart.common.Backoff;
import io.stripchart.common.broker.OutboundQueue.OutboundBatch;
import io.stripchart.common.operations.LogLimit;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages again that the broker nacked, as a full queue that rejects does: each after a
 * while, which grows with the number of its nacks.
 *
 * <p>RabbitMQ may go on nacking on a channel although the reason is gone: a channel remembers that
 * a quorum queue was full. So a connection on which messages were nacked for some seconds is
 * replaced, at first after 5 s, later after up to 15 s.
 */
final class NackRetry {
  private static final Logger log = LoggerFactory.getLogger(NackRetry.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));

  /**
   * Nacks of a message, within about half a second, after which the publisher reports a problem.
   */
  private static final int STUCK_AFTER = 5;

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration MAX_PATIENCE = Duration.ofSeconds(15);

  /** After so long without a nack, the next one counts as the first. */
  private static final Duration QUIET = Duration.ofSeconds(60);

  private final String name;
  private final PublisherMetrics metrics;
  private final BiConsumer<Duration, Runnable> later;
  private final Consumer<OutboundBatch> again;
  private final LongSupplier nanoTime;
  private final LogLimit lines = new LogLimit();
  private final AtomicInteger stuck = new AtomicInteger();
  private Duration patience = PATIENCE;

  /** On which a message was last nacked; null since a nacked message was confirmed. */
  private Object nacking;

  private long since;
  private long last;

  /**
   * @param later runs a task after a delay
   * @param again sends a message again
   * @param nanoTime a clock that never steps back, like {@link System#nanoTime}
   */
  NackRetry(
      String name,
      PublisherMetrics metrics,
      BiConsumer<Duration, Runnable> later,
      Consumer<OutboundBatch> again,
      LongSupplier nanoTime) {
    this.name = name;
    this.metrics = metrics;
    this.later = later;
    this.again = again;
    this.nanoTime = nanoTime;
  }

  /**
   * The broker nacked a message; on the connection's thread.
   *
   * @param connection over which it was sent
   */
  void nacked(OutboundBatch batch, Object connection) {
    metrics.nacked();
    batch.countNack();
    note(connection);
    tell(batch);
    int stands = batch.nacks() >= STUCK_AFTER ? 1 : 0;
    stuck.addAndGet(stands);
    later.accept(
        BACKOFF.delay(batch.nacks() - 1, ThreadLocalRandom.current()),
        () -> {
          stuck.addAndGet(-stands);
          again.accept(batch);
        });
  }

  private synchronized void note(Object connection) {
    long now = nanoTime.getAsLong();
    if (nacking != connection || now - last > QUIET.toNanos()) since = now;
    nacking = connection;
    last = now;
  }

  /** The broker confirmed a message; on the connection's thread. */
  void confirmed(OutboundBatch batch) {
    if (batch.nacks() > 0) recovered();
  }

  private synchronized void recovered() {
    patience = PATIENCE;
    nacking = null;
  }

  /**
   * Why a connection is to be replaced, where messages were nacked on it for too long. The next
   * connection is then given longer.
   */
  synchronized Optional<String> stuckOn(Object connection) {
    if (nacking != connection || last - since <= patience.toNanos()) return Optional.empty();
    var reason = "the broker has refused messages for " + patience + "; another may fare better";
    nacking = null;
    var longer = patience.plus(PATIENCE);
    patience = longer.compareTo(MAX_PATIENCE) > 0 ? MAX_PATIENCE : longer;
    return Optional.of(reason);
  }

  private synchronized void tell(OutboundBatch batch) {
    lines.admit().ifPresent(heldBack -> tell(batch.message(), batch.nacks(), heldBack));
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

  /** Whether a message waits that was nacked again and again. Any thread. */
  boolean isStuck() {
    return stuck.get() > 0;
  }
}
