package io.stripchart.common.broker;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes a queue, over as many connections as necessary. Belongs to the context that opened it,
 * where its handler is called; its other methods may be called from any thread.
 *
 * <p>When a connection is lost, the broker delivers unacknowledged messages again over the next
 * one. Acknowledging a delivery of a lost connection has no effect.
 */
public final class DurableConsumer {
  private static final Logger log = LoggerFactory.getLogger(DurableConsumer.class);
  private static final int CLOSE_SECONDS = 2;
  private static final long MIN_BYTES = 32 << 20;

  /**
   * Set on a delivery whose body is larger than {@value BoundedFrames#MAX_BODY} bytes: its size.
   * The body is the first {@value BoundedFrames#KEPT} bytes.
   */
  public static final String FULL_SIZE = "x-stripchart-full-size";

  /** Handles deliveries, on the context of the consumer. */
  public interface Handler {
    /**
     * Deliveries that came together, in their order. At most the prefetch is unacknowledged at a
     * time.
     */
    void deliver(List<Delivery> deliveries);

    /**
     * The connection was lost. Unacknowledged messages will be delivered again, and a listening
     * consumer may have missed messages published meanwhile.
     */
    default void lost() {}

    /** The queue is consumed, for the first time or again. */
    default void consuming() {}
  }

  private final Context context;
  private final Source source;
  private final Handler handler;
  private final QueueSubscription subscription;
  private final Queue<Delivery> arrived = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  private DurableConsumer(
      Vertx vertx,
      BrokerSettings settings,
      String name,
      Source source,
      Handler handler,
      long maxBytes) {
    this.context = vertx.getOrCreateContext();
    this.source = source;
    this.handler = handler;
    this.subscription = new QueueSubscription(settings, name, source, maxBytes, new OnContext());
  }

  /**
   * Opens a consumer on the current context, and connects in the background, for as long as it
   * takes.
   *
   * @param name of the connection, as the management console shows it
   */
  public static DurableConsumer open(
      Vertx vertx, BrokerSettings settings, String name, Source source, Handler handler) {
    long share = Runtime.getRuntime().maxMemory() / (source.isListening() ? 8 : 4);
    return open(vertx, settings, name, source, handler, Math.max(MIN_BYTES, share));
  }

  /**
   * The same.
   *
   * @param maxBytes of messages that are unacknowledged, instead of a share of the heap
   */
  public static DurableConsumer open(
      Vertx vertx,
      BrokerSettings settings,
      String name,
      Source source,
      Handler handler,
      long maxBytes) {
    var consumer = new DurableConsumer(vertx, settings, name, source, handler, maxBytes);
    consumer.subscription.start();
    return consumer;
  }

  /**
   * Whether the queue is being consumed: there is a connection, and messages that wait were
   * delivered or acknowledged within the last minute.
   */
  public boolean isConsuming() {
    return subscription.isTaking()
        && subscription.link().live() != null
        && !subscription.isStalled();
  }

  /**
   * Messages in the queue that no consumer has taken, as of the last 5 s or of the last connection.
   */
  public long queued() {
    return subscription.queued();
  }

  /** Whether the delivery's connection still lives, so that acknowledging it has an effect. */
  public boolean isLive(Delivery delivery) {
    return delivery.origin() == subscription.link().current();
  }

  /** Acknowledges this delivery and all earlier ones of its connection. */
  public void ackThrough(Delivery last) {
    ack(last, true);
  }

  /** Acknowledges this delivery alone. */
  public void ack(Delivery one) {
    ack(one, false);
  }

  private void ack(Delivery last, boolean through) {
    if (!isLive(last)) return;
    var connection = (BrokerConnection) last.origin();
    // After closing, the broker delivers again what this would have acknowledged.
    var unused = subscription.link().onIo(() -> subscription.ack(connection, last.tag(), through));
  }

  /**
   * Asks the broker for no further deliveries; those that came can still be acknowledged.
   *
   * @return completes when the broker has agreed, or is away
   */
  public Future<Void> stopTaking() {
    subscription.stop();
    return onIo(subscription::cancel);
  }

  /** Closes, after acknowledgements that are on their way, for which it waits up to 2 s. */
  public Future<Void> close() {
    subscription.stop();
    return onIo(() -> {})
        .timeout(CLOSE_SECONDS, TimeUnit.SECONDS)
        .otherwiseEmpty()
        .onComplete(done -> subscription.link().close());
  }

  private interface IoStep {
    void run() throws IOException;
  }

  private Future<Void> onIo(IoStep step) {
    var promise = Promise.<Void>promise();
    boolean open =
        subscription
            .link()
            .onIo(
                () -> {
                  try {
                    step.run();
                  } catch (IOException | RuntimeException e) {
                    log.debug("event=consumer_step_failed cause=\"{}\"", e.toString());
                  }
                  context.runOnContext(turn -> promise.complete());
                });
    return open ? promise.future() : Future.succeededFuture();
  }

  /** Brings what the subscription tells to the context, many deliveries in one turn. */
  private final class OnContext implements QueueSubscription.Listener {
    @Override
    public void arrived(Delivery delivery) {
      arrived.add(delivery);
      if (scheduled.compareAndSet(false, true)) context.runOnContext(turn -> deliver());
    }

    @Override
    public void consuming() {
      context.runOnContext(turn -> handler.consuming());
    }

    @Override
    public void lost() {
      context.runOnContext(turn -> handler.lost());
    }
  }

  private void deliver() {
    scheduled.set(false);
    var deliveries = new ArrayList<Delivery>();
    for (var next = arrived.poll(); next != null; next = arrived.poll()) {
      if (isLive(next)) deliveries.add(next);
    }
    if (deliveries.isEmpty()) return;
    var last = deliveries.get(deliveries.size() - 1);
    try {
      handler.deliver(deliveries);
      if (source.isListening()) ackThrough(last);
    } catch (RuntimeException | Error e) {
      // It may not have kept them, and a later acknowledgement would cover them.
      log.error("event=delivery_handler_failed queue={}", subscription.queue(), e);
      ((BrokerConnection) last.origin()).die("the handler of its deliveries failed");
    }
  }
}
