package io.stripchart.common.broker;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with one channel, from its opening to its death. When anything fails, the whole
 * connection dies, once; it is never repaired. {@link ReconnectingConnection} opens the next one.
 */
final class BrokerConnection {
  private static final Logger log = LoggerFactory.getLogger(BrokerConnection.class);
  private static final int ABORT_MILLIS = 2_000;

  private final Connector.Opened opened;
  private final DeadLetterDeclaration deadLetters;
  private final BiConsumer<BrokerConnection, String> onDeath;
  private final AtomicBoolean dead = new AtomicBoolean();
  private volatile Channel channel;
  private volatile boolean blocked;

  private BrokerConnection(
      Connector.Opened opened,
      DeadLetterDeclaration deadLetters,
      BiConsumer<BrokerConnection, String> onDeath) {
    this.opened = opened;
    this.deadLetters = deadLetters;
    this.onDeath = onDeath;
    this.channel = opened.channel();
  }

  /**
   * Connects, and declares the topology. Blocks for up to some 20 s.
   *
   * @param onDeath called once, from any thread, with the reason
   */
  static BrokerConnection open(
      Connector connector,
      String name,
      DeadLetterDeclaration deadLetters,
      BiConsumer<BrokerConnection, String> onDeath)
      throws IOException, TimeoutException {
    var connection = new BrokerConnection(connector.open(name), deadLetters, onDeath);
    try {
      connection.prepare();
      return connection;
    } catch (IOException | TimeoutException | RuntimeException | Error e) {
      connection.close();
      throw e;
    }
  }

  private void prepare() throws IOException, TimeoutException {
    var connection = opened.connection();
    connection.addShutdownListener(cause -> die("connection closed: " + cause.getMessage()));
    connection.addBlockedListener(new BlockedState());
    watch(channel);
    within(
        () -> {
          Topology.declare(channel());
          deadLetters.declare(connection);
        });
  }

  private void watch(Channel watched) {
    watched.addShutdownListener(
        cause -> {
          if (watched == channel) die("channel closed: " + cause.getMessage());
        });
  }

  /**
   * Replaces the channel; the broker takes back what it delivered on the old one. On the I/O
   * thread.
   */
  void renewChannel() throws IOException {
    var old = channel;
    var fresh = Connector.requireChannel(opened.connection().createChannel());
    channel = fresh;
    watch(fresh);
    old.abort();
  }

  private final class BlockedState implements BlockedListener {
    @Override
    public void handleBlocked(String reason) {
      blocked = true;
      log.warn("event=broker_blocked connection=\"{}\" reason=\"{}\"", name(), reason);
    }

    @Override
    public void handleUnblocked() {
      blocked = false;
      log.info("event=broker_unblocked connection=\"{}\"", name());
    }
  }

  /** Steps that wait for answers of the broker. */
  interface Steps {
    void run() throws IOException, TimeoutException;
  }

  /**
   * Runs steps, and ends the connection when the broker has not answered all of them in time.
   * Vert.x's client leaves the limit of amqp-client as it is, which is 10 minutes.
   */
  void within(Steps steps) throws IOException, TimeoutException {
    var overdue =
        ReconnectingConnection.CLOCK.schedule(
            () -> die("the broker does not answer"), Connector.RPC_MILLIS, TimeUnit.MILLISECONDS);
    try {
      steps.run();
    } finally {
      overdue.cancel(false);
    }
  }

  /** Declarations on a channel. */
  interface Declarations {
    void declare(Channel channel) throws IOException;
  }

  /**
   * Declares on a channel that is closed afterwards, as a declaration that the broker refuses
   * closes its channel.
   */
  void declare(Declarations declarations) throws IOException, TimeoutException {
    within(() -> declare(opened.connection(), declarations));
  }

  static void declare(Connection connection, Declarations declarations)
      throws IOException, TimeoutException {
    var declaring = Connector.requireChannel(connection.createChannel());
    declarations.declare(declaring);
    declaring.close();
  }

  /** Declares what all roles share, on channels of its own. */
  void declareTopology() throws IOException, TimeoutException {
    declare(Topology::declare);
    within(() -> deadLetters.declare(opened.connection()));
  }

  /** Publishing and acknowledging on it is for one thread at a time. */
  Channel channel() {
    return channel;
  }

  /** What it reads; null where it only publishes. */
  BoundedFrames frames() {
    return opened.frames();
  }

  boolean isDead() {
    return dead.get();
  }

  /** Whether the broker blocks publishers, as it is short of memory or disk. */
  boolean isBlocked() {
    return blocked;
  }

  String name() {
    return opened.connection().getClientProvidedName();
  }

  /** Ends this connection; only the first call counts. Never blocks. */
  void die(String reason) {
    if (!dead.compareAndSet(false, true)) return;
    retire();
    onDeath.accept(this, reason);
  }

  /** Ends this connection without telling. */
  void close() {
    if (dead.compareAndSet(false, true)) retire();
  }

  private void retire() {
    var closer =
        new Thread(() -> opened.connection().abort(ABORT_MILLIS), "stripchart broker closer");
    closer.setDaemon(true);
    closer.start();
    // A write that is blocked keeps abort() from returning, and ends with its socket only.
    var unused =
        ReconnectingConnection.CLOCK.schedule(
            this::closeSocket, ABORT_MILLIS + 500, TimeUnit.MILLISECONDS);
  }

  private void closeSocket() {
    try {
      opened.socket().close();
    } catch (IOException e) {
      log.debug("event=socket_close_failed connection=\"{}\" cause=\"{}\"", name(), e.getMessage());
    }
  }
}
