package io.stripchart.persist;

import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.broker.DeadLetters;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.broker.Message;
import io.stripchart.common.broker.Source;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.reading.ReadingTime;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The queue {@link Topology#OVERFLOW}: messages that cannot be stored yet, and for which {@link
 * SetAside} has no room. They return to the queue of all readings: at once while nothing is set
 * aside, else some of them each second, so that the process finds out which can be stored now. A
 * message is acknowledged only once the broker has confirmed its copy, so it may come twice and is
 * never lost. For one context.
 */
final class Overflow implements DurableConsumer.Handler {
  /** Header of a message that was here. */
  static final String RETURNED = "x-stripchart-returned";

  /** Messages that return at once. */
  private static final int AT_ONCE = 200;

  /** Of these, beside the share of the heap that the consumer of all readings has. */
  private static final long MAX_BYTES = 32 << 20;

  private static final int PAUSE_MILLIS = 1_000;
  private static final int PERSISTENT = 2;

  private final Vertx vertx;
  private final Function<Message, Future<Void>> publish;
  private final Insistence insistence;
  private final BooleanSupplier isCalm;
  private final List<Delivery> held = new ArrayList<>();
  private volatile DurableConsumer consumer;
  private boolean closed;

  /**
   * @param publish completes when the broker has the message
   * @param isCalm whether nothing is set aside, and no partition is awaited
   */
  Overflow(
      Vertx vertx,
      Function<Message, Future<Void>> publish,
      Insistence insistence,
      BooleanSupplier isCalm) {
    this.vertx = vertx;
    this.publish = publish;
    this.insistence = insistence;
    this.isCalm = isCalm;
  }

  /** Has messages return from now on. */
  void open(BrokerSettings settings) {
    if (closed) return;
    var source = Source.queue(Topology.OVERFLOW, AT_ONCE);
    var name = "stripchart persist overflow";
    consumer = DurableConsumer.open(vertx, settings, name, source, this, MAX_BYTES);
    vertx.setPeriodic(PAUSE_MILLIS, tick -> returnHeld());
  }

  /** Messages that wait; any thread. */
  long queued() {
    var opened = consumer;
    return opened == null ? 0 : opened.queued();
  }

  /**
   * Takes a message.
   *
   * @return completes once the broker has it; fails only after shutdown
   */
  Future<Void> take(Received message) {
    var delivery = message.delivery();
    var headers = new HashMap<>(delivery.headers());
    // The readings keep the stamps that they have.
    headers.put(DeadLetters.ARRIVED, ReadingTime.format(message.arrived()));
    headers.put(RETURNED, true);
    return send(Topology.OVERFLOW, delivery, headers);
  }

  private Future<Void> send(String exchange, Delivery delivery, Map<String, Object> headers) {
    var properties =
        delivery.properties().builder().expiration(null).userId(null).deliveryMode(PERSISTENT);
    return insistence.on(
        () ->
            publish.apply(
                new Message(
                    exchange,
                    delivery.routingKey(),
                    delivery.body(),
                    headers,
                    true,
                    properties.build())),
        failure -> true);
  }

  @Override
  public void deliver(List<Delivery> deliveries) {
    held.addAll(deliveries);
    if (isCalm.getAsBoolean()) returnHeld();
  }

  @Override
  public void lost() {
    held.removeIf(delivery -> !consumer.isLive(delivery));
  }

  private void returnHeld() {
    if (closed) return;
    for (var delivery : held) {
      send(Topology.RETURNED, delivery, delivery.headers())
          .onSuccess(confirmed -> consumer.ack(delivery));
    }
    held.clear();
  }

  /** What is here stays in the broker. */
  Future<Void> close() {
    closed = true;
    return consumer == null ? Future.succeededFuture() : consumer.close();
  }
}
