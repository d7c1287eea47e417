package io.stripchart.common.broker;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with one channel, from its opening to its death. Whatever fails, it dies whole,
 * once, and is never mended; the link that it belongs to makes the next one.
 */
final class Generation {
  private static final Logger log = LoggerFactory.getLogger(Generation.class);
  private static final int ABORT_MILLIS = 2_000;

  private final Connections.Opened opened;
  private final DeadLetterDeclaration deadLetters;
  private final BrokerThreads threads;
  private final BiConsumer<Generation, String> onDeath;
  private final AtomicBoolean dead = new AtomicBoolean();
  private Channel channel;
  private volatile boolean blocked;

  private Generation(
      Connections.Opened opened,
      DeadLetterDeclaration deadLetters,
      BrokerThreads threads,
      BiConsumer<Generation, String> onDeath) {
    this.opened = opened;
    this.deadLetters = deadLetters;
    this.threads = threads;
    this.onDeath = onDeath;
  }

  /**
   * Connects, and declares the topology. Blocks for up to some 20 s.
   *
   * @param onDeath called once, from any thread, with the reason
   */
  static Generation open(
      Connections connections,
      String name,
      BrokerThreads threads,
      BiConsumer<Generation, String> onDeath)
      throws IOException, TimeoutException {
    var generation =
        new Generation(connections.open(name), connections.deadLetters(), threads, onDeath);
    try {
      generation.openChannel();
      return generation;
    } catch (IOException | TimeoutException | RuntimeException | Error e) {
      generation.retire();
      throw e;
    }
  }

  private void openChannel() throws IOException, TimeoutException {
    opened
        .connection()
        .addShutdownListener(cause -> die("connection closed: " + cause.getMessage()));
    opened.connection().addBlockedListener(watchingBlocked());
    channel = opened.connection().createChannel();
    if (channel == null) throw new IOException("the broker allows no further channel");
    channel.addShutdownListener(cause -> die("channel closed: " + cause.getMessage()));
    Topology.declare(channel);
    deadLetters.declare(opened.connection());
  }

  private BlockedListener watchingBlocked() {
    return new BlockedListener() {
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
    };
  }

  /** What is declared on a channel. */
  interface Declarations {
    void declare(Channel channel) throws IOException;
  }

  /**
   * Declares on a channel that is closed afterwards, as a declaration that the broker refuses
   * closes its channel.
   */
  void declare(Declarations declarations) throws IOException, TimeoutException {
    declare(opened.connection(), declarations);
  }

  static void declare(Connection connection, Declarations declarations)
      throws IOException, TimeoutException {
    var declaring = connection.createChannel();
    if (declaring == null) throw new IOException("the broker allows no further channel");
    declarations.declare(declaring);
    declaring.close();
  }

  /** Declares what all roles share, on channels of its own. */
  void declareTopology() throws IOException, TimeoutException {
    declare(Topology::declare);
    deadLetters.declare(opened.connection());
  }

  /** Its channel: publishing and acknowledging on it is one thread's business at a time. */
  Channel channel() {
    return channel;
  }

  /** What it reads. */
  BoundedFrames frames() {
    return opened.frames();
  }

  boolean isDead() {
    return dead.get();
  }

  /** Whether the broker has asked us not to publish for now, as it is short of memory or disk. */
  boolean isBlocked() {
    return blocked;
  }

  String name() {
    return opened.connection().getClientProvidedName();
  }

  /** Ends this generation; only the first call counts. Never blocks. */
  void die(String reason) {
    if (!dead.compareAndSet(false, true)) return;
    retire();
    onDeath.accept(this, reason);
  }

  /** Closes in order where nobody is left to be told. */
  void close() {
    if (dead.compareAndSet(false, true)) retire();
  }

  private void retire() {
    dead.set(true);
    var closer =
        new Thread(() -> opened.connection().abort(ABORT_MILLIS), "stripchart-broker-closer");
    closer.setDaemon(true);
    closer.start();
    // A writer that blocks keeps abort from returning; without its socket neither can.
    threads.after(Duration.ofMillis(ABORT_MILLIS + 500), this::closeSocket);
  }

  private void closeSocket() {
    try {
      if (opened.socket() != null) opened.socket().close();
    } catch (IOException e) {
      log.debug("event=socket_close_failed connection=\"{}\" cause=\"{}\"", name(), e.getMessage());
    }
  }
}
