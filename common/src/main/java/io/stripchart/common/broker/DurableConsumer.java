package io.stripchart.common.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes a queue, over as many connections as it takes. Belongs to the context that opened it,
 * where its handler is called; its other methods may be called from any thread.
 *
 * <p>What a lost connection delivered and was not acknowledged, the broker delivers again over the
 * next one; acknowledging it afterwards does nothing.
 */
public final class DurableConsumer {
  private static final Logger log = LoggerFactory.getLogger(DurableConsumer.class);
  private static final String TAG = "stripchart";
  private static final int CLOSE_SECONDS = 2;
  private static final Duration LOOK = Duration.ofSeconds(5);

  /** Messages wait and none was delivered: then the connection is replaced. */
  private static final Duration DEAF_AFTER = Duration.ofSeconds(30);

  /** Messages wait, and none was delivered or acknowledged: then nothing is consumed. */
  private static final Duration STALLED_AFTER = Duration.ofSeconds(60);

  private static final long MIN_BYTES = 32 << 20;

  /**
   * Set on a delivery whose body is larger than {@value BoundedFrames#MAX_BODY} bytes: its size.
   * The body is the first {@value BoundedFrames#KEPT} bytes.
   */
  public static final String FULL_SIZE = "x-stripchart-full-size";

  /** What is done with deliveries; on the context of the consumer. */
  public interface Handler {
    /**
     * Deliveries that came together, in their order. At most the prefetch is unacknowledged at a
     * time.
     */
    void deliver(List<Delivery> deliveries);

    /**
     * The connection was lost: what is not acknowledged will come again, and what was published
     * meanwhile may be missed.
     */
    default void lost() {}

    /** The queue is consumed, for the first time or again. */
    default void consuming() {}
  }

  private final Context context;
  private final Source source;
  private final Handler handler;
  private final BrokerLink link;
  private final DeliveryBudget budget;
  private final Queue<Delivery> arrived = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile boolean taking = true;
  private volatile String queue;
  private volatile long queued;

  /** Whether the last attempt to declare everything again failed; of the I/O thread. */
  private boolean declareFailed;

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
    this.link = new BrokerLink(settings, name, new Consuming());
    this.budget = new DeliveryBudget(source.prefetch(), maxBytes, System::nanoTime);
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
   * @param maxBytes of messages that are unacknowledged
   */
  static DurableConsumer open(
      Vertx vertx,
      BrokerSettings settings,
      String name,
      Source source,
      Handler handler,
      long maxBytes) {
    var consumer = new DurableConsumer(vertx, settings, name, source, handler, maxBytes);
    consumer.link.start();
    consumer.link.threads().onIoEvery(LOOK, consumer::look);
    return consumer;
  }

  /**
   * Whether the queue is being consumed: there is a connection, and messages that wait were
   * delivered or acknowledged within the last minute.
   */
  public boolean isConsuming() {
    var generation = link.current();
    return taking && generation != null && !generation.isDead() && !isStalled();
  }

  private boolean isStalled() {
    return (queued > 0 || !budget.isEmpty()) && budget.restedFor().compareTo(STALLED_AFTER) > 0;
  }

  /**
   * Messages in the queue that no consumer has taken, as of the last 5 s or of the last connection.
   */
  public long queued() {
    return queued;
  }

  /** Whether the delivery's connection still lives, so that acknowledging it has an effect. */
  public boolean isLive(Delivery delivery) {
    return delivery.origin() == link.current();
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
    var generation = (Generation) last.origin();
    // Once it is closed, the broker delivers again what this would have acknowledged.
    var unused =
        link.onIo(
            () -> {
              try {
                if (!generation.isDead()) {
                  generation.channel().basicAck(last.tag(), through);
                  if (through) budget.acknowledged(generation, last.tag());
                  else budget.acknowledgedAlone(generation, last.tag());
                }
              } catch (IOException | RuntimeException e) {
                generation.die("acknowledging failed: " + e);
              }
            });
  }

  /**
   * Asks the broker for no further deliveries; those that came can still be acknowledged.
   *
   * @return completes when the broker has agreed, or is away
   */
  public Future<Void> stopTaking() {
    taking = false;
    return onIo(
        () -> {
          var generation = link.current();
          if (generation != null && !generation.isDead()) generation.channel().basicCancel(TAG);
        });
  }

  /** Closes, after acknowledgements that are on their way, for which it waits up to 2 s. */
  public Future<Void> close() {
    taking = false;
    return onIo(() -> {})
        .timeout(CLOSE_SECONDS, TimeUnit.SECONDS)
        .otherwiseEmpty()
        .onComplete(done -> link.close());
  }

  private interface IoStep {
    void run() throws IOException;
  }

  private Future<Void> onIo(IoStep step) {
    var promise = Promise.<Void>promise();
    boolean open =
        link.onIo(
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

  /**
   * Looks after what may have been deleted. The embedded broker does not report a deleted queue,
   * and no broker reports a deleted binding.
   */
  private void look() {
    var generation = link.current();
    if (generation == null || generation.isDead() || !taking) return;
    if (!isQueueConsumed(generation)) return;
    // As a channel of RabbitMQ's may be to a quorum queue whose leader moved.
    if (queued > 0 && budget.isEmpty() && budget.restedFor().compareTo(DEAF_AFTER) > 0) {
      generation.die(queued + " messages wait, and none was delivered for " + DEAF_AFTER);
      return;
    }
    if (budget.grow()) consumeAgain(generation);
    declareAgain(generation);
  }

  /** With the prefetch as it is now, which on RabbitMQ holds for new consumers only. */
  private void consumeAgain(Generation generation) {
    try {
      generation.channel().basicCancel(TAG);
      consume(generation);
    } catch (IOException | RuntimeException e) {
      generation.die("consuming with another prefetch failed: " + e);
    }
  }

  private void consume(Generation generation) throws IOException {
    generation.channel().basicQos(budget.prefetch());
    generation.channel().basicConsume(queue, false, TAG, new Deliveries(generation));
  }

  private boolean isQueueConsumed(Generation generation) {
    try {
      var found = generation.channel().queueDeclarePassive(queue);
      queued = found.getMessageCount();
      if (found.getConsumerCount() > 0) return true;
      generation.die("the queue " + queue + " was deleted and declared again");
    } catch (IOException | RuntimeException e) {
      generation.die("the queue " + queue + " is gone: " + e);
    }
    return false;
  }

  /** Exchanges, queues and bindings that are there already stay as they are. */
  private void declareAgain(Generation generation) {
    try {
      generation.declareTopology();
      generation.declare(channel -> source.bind(channel, queue));
      declareFailed = false;
    } catch (IOException | TimeoutException | RuntimeException e) {
      if (!declareFailed && !generation.isDead()) {
        log.warn("event=declare_failed queue={}; it is tried again every {}", queue, LOOK, e);
      }
      declareFailed = true;
    }
  }

  private void arrive(Delivery delivery) {
    arrived.add(delivery);
    if (scheduled.compareAndSet(false, true)) context.runOnContext(turn -> deliver());
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
      // It may not have kept them; a later acknowledgement would cover them all the same.
      log.error("event=delivery_handler_failed queue={}", queue, e);
      ((Generation) last.origin()).die("the handler of its deliveries failed");
    }
  }

  private final class Consuming implements BrokerLink.User {
    @Override
    public void prepare(Generation generation) throws IOException {
      queue = source.declare(generation.channel());
    }

    @Override
    public void opened(Generation generation) {
      if (!taking) return;
      try {
        budget.opened(generation);
        consume(generation);
        context.runOnContext(turn -> handler.consuming());
      } catch (IOException | RuntimeException e) {
        generation.die("consuming failed: " + e);
      }
    }

    @Override
    public void died(Generation generation) {
      context.runOnContext(turn -> handler.lost());
    }
  }

  private final class Deliveries extends DefaultConsumer {
    private final Generation generation;

    private Deliveries(Generation generation) {
      super(generation.channel());
      this.generation = generation;
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      try {
        take(envelope, properties, body);
      } catch (RuntimeException | Error e) {
        // The client would close the channel, and wait for the answer on the thread that reads it.
        generation.die("taking a delivery failed: " + e);
      }
    }

    private void take(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      if (generation.isDead()) return;
      if (!budget.admit(generation, envelope.getDeliveryTag(), generation.frames().held())) {
        generation.die(
            "the messages unacknowledged are over "
                + budget.maxBytes()
                + " bytes; the next prefetch is "
                + budget.prefetch());
        return;
      }
      arrive(
          new Delivery(
              generation,
              envelope.getDeliveryTag(),
              envelope.getExchange(),
              envelope.getRoutingKey(),
              body,
              generation.frames().isShortened()
                  ? withSize(properties, generation.frames().size())
                  : properties,
              envelope.isRedeliver()));
    }

    private static AMQP.BasicProperties withSize(AMQP.BasicProperties properties, long size) {
      var headers = new HashMap<String, Object>();
      if (properties.getHeaders() != null) headers.putAll(properties.getHeaders());
      headers.put(FULL_SIZE, size);
      return properties.builder().headers(headers).build();
    }

    @Override
    public void handleCancel(String tag) {
      generation.die("the broker ended the consumer");
    }
  }
}
