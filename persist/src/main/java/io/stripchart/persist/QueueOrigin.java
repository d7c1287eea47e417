package io.stripchart.persist;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.broker.Source;
import io.stripchart.common.broker.Topology;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** The queue {@link Topology#PERSIST}, over one consumer after the other. For one context. */
final class QueueOrigin implements Gathering.Origin {
  private static final int STEP_SECONDS = 2;
  private static final int RESTART_SECONDS = 5;

  private final Vertx vertx;
  private final BrokerSettings settings;
  private final int prefetch;
  private final DurableConsumer.Handler handler;
  private final Supplier<Future<Void>> ready;
  private volatile DurableConsumer consumer;
  private boolean ended;

  QueueOrigin(Vertx vertx, BrokerSettings settings, int prefetch, DurableConsumer.Handler handler) {
    this(vertx, settings, prefetch, handler, Future::succeededFuture);
  }

  /**
   * @param ready completes when returned messages can be consumed again
   */
  QueueOrigin(
      Vertx vertx,
      BrokerSettings settings,
      int prefetch,
      DurableConsumer.Handler handler,
      Supplier<Future<Void>> ready) {
    this.ready = ready;
    this.vertx = vertx;
    this.settings = settings;
    this.prefetch = prefetch;
    this.handler = handler;
  }

  /** Consumes from now on, unless that has ended already. */
  void open() {
    if (ended) return;
    consumer =
        DurableConsumer.open(
            vertx,
            settings,
            "stripchart persist consumer",
            Source.queue(Topology.PERSIST, prefetch),
            handler);
  }

  /** Any thread. */
  boolean isOpened() {
    return consumer != null;
  }

  /** Any thread. */
  boolean isConsuming() {
    var opened = consumer;
    return opened != null && opened.isConsuming();
  }

  /** Messages that no process has taken; any thread. */
  long queued() {
    var opened = consumer;
    return opened == null ? 0 : opened.queued();
  }

  boolean isLive(Delivery delivery) {
    return consumer.isLive(delivery);
  }

  @Override
  public void ackThrough(Delivery last) {
    consumer.ackThrough(last);
  }

  @Override
  public void ack(Delivery one) {
    consumer.ack(one);
  }

  @Override
  public Future<Void> giveBack() {
    return closeConsumer()
        .eventually(ready)
        .onComplete(
            closed -> {
              open();
              handler.lost();
            })
        .mapEmpty();
  }

  @Override
  public Future<Void> restart() {
    return closeConsumer()
        // Not at once: after one failure another is likely.
        .eventually(() -> vertx.timer(RESTART_SECONDS, SECONDS))
        .onComplete(
            closed -> {
              open();
              handler.lost();
            })
        .mapEmpty();
  }

  /** Stops consuming; delivered messages can still be acknowledged. */
  Future<Void> stopTaking() {
    ended = true;
    if (consumer == null) return Future.succeededFuture();
    return consumer.stopTaking().timeout(STEP_SECONDS, SECONDS);
  }

  Future<Void> close() {
    ended = true;
    return closeConsumer();
  }

  private Future<Void> closeConsumer() {
    if (consumer == null) return Future.succeededFuture();
    return consumer.close().timeout(STEP_SECONDS, SECONDS);
  }
}
