package io.stripchart.common.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a {@link DurableConsumer} that talks to the broker: declares its queue, consumes it,
 * acknowledges, and checks every few seconds that the queue is still there and delivers. Everything
 * but {@link #isStalled} and {@link #queued} runs on the I/O thread of the connection.
 */
final class QueueSubscription implements ReconnectingConnection.User {
  private static final Logger log = LoggerFactory.getLogger(QueueSubscription.class);
  private static final String TAG = "stripchart";
  private static final Duration CHECK = Duration.ofSeconds(5);

  /** Messages wait and none was delivered for so long: then the connection is replaced. */
  private static final Duration DEAF_AFTER = Duration.ofSeconds(30);

  /** Messages wait, and none was delivered or acknowledged for so long: nothing is consumed. */
  private static final Duration STALLED_AFTER = Duration.ofSeconds(60);

  /** A consumer that received nothing for so long gets a new channel. */
  private static final Duration RENEWED_AFTER = Duration.ofSeconds(10);

  /** At least so long after the channel before. */
  private static final Duration RENEWED_AGAIN_AFTER = Duration.ofMinutes(1);

  /** Told what happens, on the I/O thread or on the connection's thread. */
  interface Listener {
    void arrived(Delivery delivery);

    void consuming();

    void lost();
  }

  private final Source source;
  private final Listener listener;
  private final ReconnectingConnection link;
  private final DeliveryBudget budget;
  private volatile boolean taking = true;
  private volatile String queue;
  private volatile long queued;
  private boolean declareFailed;
  private long renewedAt = System.nanoTime() - RENEWED_AGAIN_AFTER.toNanos();

  QueueSubscription(
      BrokerSettings settings, String name, Source source, long maxBytes, Listener listener) {
    this.source = source;
    this.listener = listener;
    this.link = new ReconnectingConnection(new BoundedConnector(settings), settings, name, this);
    this.budget = new DeliveryBudget(source.prefetch(), maxBytes, System::nanoTime);
  }

  void start() {
    link.start();
    link.onIoEvery(CHECK, this::check);
  }

  ReconnectingConnection link() {
    return link;
  }

  String queue() {
    return queue;
  }

  /** Messages in the queue that no consumer has taken, as of the last check. */
  long queued() {
    return queued;
  }

  boolean isStalled() {
    return (queued > 0 || !budget.isEmpty()) && budget.restedFor().compareTo(STALLED_AFTER) > 0;
  }

  @Override
  public void prepare(BrokerConnection connection) throws IOException {
    queue = source.declare(connection.channel());
  }

  @Override
  public void opened(BrokerConnection connection) {
    if (!taking) return;
    try {
      budget.opened(connection);
      consume(connection);
      listener.consuming();
    } catch (IOException | RuntimeException e) {
      connection.die("consuming failed: " + e);
    }
  }

  @Override
  public void died(BrokerConnection connection) {
    listener.lost();
  }

  /** From now on no connection consumes. Any thread. */
  void stop() {
    taking = false;
  }

  boolean isTaking() {
    return taking;
  }

  void cancel() throws IOException {
    var connection = link.live();
    if (connection != null) connection.channel().basicCancel(TAG);
  }

  /**
   * Acknowledges.
   *
   * @param through whether all earlier deliveries of the connection too
   */
  void ack(BrokerConnection connection, long tag, boolean through) {
    if (connection.isDead()) return;
    try {
      connection.channel().basicAck(tag, through);
      if (through) budget.acknowledged(connection, tag);
      else budget.acknowledgedAlone(connection, tag);
    } catch (IOException | RuntimeException e) {
      connection.die("acknowledging failed: " + e);
    }
  }

  private void consume(BrokerConnection connection) throws IOException {
    connection.channel().basicQos(budget.prefetch());
    connection.channel().basicConsume(queue, false, TAG, new Deliveries(connection));
  }

  /**
   * Restores what may have been deleted. The embedded broker does not report a deleted queue, and
   * no broker reports a deleted binding.
   */
  private void check() {
    var connection = link.live();
    if (connection == null || !taking || !isQueueConsumed(connection)) return;
    // A channel of RabbitMQ can be deaf to a quorum queue whose leader moved.
    if (queued > 0 && budget.isEmpty() && budget.restedFor().compareTo(DEAF_AFTER) > 0) {
      connection.die(queued + " messages wait, and none was delivered for " + DEAF_AFTER);
      return;
    }
    boolean idle = isIdle();
    if (budget.grow() || idle) consumeAgain(connection, idle);
    declareAgain(connection);
  }

  private boolean isQueueConsumed(BrokerConnection connection) {
    try {
      var found = connection.channel().queueDeclarePassive(queue);
      queued = found.getMessageCount();
      if (found.getConsumerCount() > 0) return true;
      connection.die("the queue " + queue + " was deleted and declared again");
    } catch (IOException | RuntimeException e) {
      connection.die("the queue " + queue + " is gone: " + e);
    }
    return false;
  }

  private boolean isIdle() {
    // The queue of those that overflowed is most often empty.
    return !source.isListening()
        && !Topology.OVERFLOW.equals(queue)
        && budget.isEmpty()
        && budget.restedFor().compareTo(RENEWED_AFTER) > 0
        && System.nanoTime() - renewedAt > RENEWED_AGAIN_AFTER.toNanos();
  }

  /**
   * Consumes with the current prefetch, which on RabbitMQ applies to new consumers only.
   *
   * @param renewing on a new channel, if nothing arrives until the consumer is cancelled. When a
   *     quorum queue is deleted and at once declared again, RabbitMQ 3.10 moves the consumer to the
   *     new queue, but drops what that delivers to it; the queue then looks empty, and the consumer
   *     idle. Closing its channel puts these messages back
   */
  private void consumeAgain(BrokerConnection connection, boolean renewing) {
    try {
      connection.channel().basicCancel(TAG);
      if (renewing && budget.isEmpty()) {
        connection.renewChannel();
        renewedAt = System.nanoTime();
      }
      consume(connection);
    } catch (IOException | RuntimeException e) {
      connection.die("consuming again failed: " + e);
    }
  }

  /** Exchanges, queues and bindings that exist stay as they are. */
  private void declareAgain(BrokerConnection connection) {
    try {
      connection.declareTopology();
      connection.declare(channel -> source.bind(channel, queue));
      declareFailed = false;
    } catch (IOException | TimeoutException | RuntimeException e) {
      if (!declareFailed && !connection.isDead()) {
        log.warn("event=declare_failed queue={}; it is tried again every {}", queue, CHECK, e);
      }
      declareFailed = true;
    }
  }

  /** Receives deliveries on the thread that reads the connection. */
  private final class Deliveries extends DefaultConsumer {
    private final BrokerConnection connection;

    private Deliveries(BrokerConnection connection) {
      super(connection.channel());
      this.connection = connection;
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      try {
        receive(envelope, properties, body);
      } catch (RuntimeException | Error e) {
        // The client would close the channel, and wait for the answer on the thread that reads it.
        connection.die("receiving a delivery failed: " + e);
      }
    }

    private void receive(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      if (connection.isDead()) return;
      var frames = connection.frames();
      if (!budget.admit(connection, envelope.getDeliveryTag(), frames.held())) {
        connection.die(
            "the unacknowledged messages are over %d bytes; the next prefetch is %d"
                .formatted(budget.maxBytes(), budget.prefetch()));
        return;
      }
      listener.arrived(
          new Delivery(
              connection,
              envelope.getDeliveryTag(),
              envelope.getExchange(),
              envelope.getRoutingKey(),
              body,
              frames.isShortened() ? withSize(properties, frames.size()) : properties,
              envelope.isRedeliver()));
    }

    private static AMQP.BasicProperties withSize(AMQP.BasicProperties properties, long size) {
      var headers = new HashMap<String, Object>();
      if (properties.getHeaders() != null) headers.putAll(properties.getHeaders());
      headers.put(DurableConsumer.FULL_SIZE, size);
      return properties.builder().headers(headers).build();
    }

    @Override
    public void handleCancel(String tag) {
      connection.die("the broker ended the consumer");
    }
  }
}
