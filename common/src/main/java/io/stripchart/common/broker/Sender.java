package io.stripchart.common.broker;

import io.stripchart.common.broker.OutboundQueue.OutboundBatch;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only thread that publishes on the channels of a publisher. It sends what waits over the
 * connection that lives, and what a dead one had not confirmed over the next one.
 */
final class Sender implements ReconnectingConnection.User {
  private static final Logger log = LoggerFactory.getLogger(Sender.class);
  private static final int PATIENCE_MILLIS = 100;
  private static final Duration WATCH = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final int MAX_ENDINGS = 20;
  private static final int JOIN_MILLIS = 4_000;
  private static final String AWAY = "the broker cannot be reached";
  private static final String BLOCKING =
      "the broker takes no messages for now, as it is short of memory or disk";
  private static final String REFUSING =
      "the broker refuses messages: a queue is full, or a policy rejects them";

  private final OutboundQueue waiting = new OutboundQueue();
  private final BlockingQueue<ConfirmTracker> ready = new LinkedBlockingQueue<>();
  private final ReconnectingConnection link;
  private final String name;
  private final Duration confirmTimeout;
  private final BiConsumer<List<PendingMessage>, BrokerException> settled;
  private final Runnable stateChanged;
  private final NackRetry nackRetry;
  private final Thread thread;
  private volatile ConfirmTracker current;

  /**
   * @param settled receives the outcome of each, once, on any thread; the exception is null if the
   *     broker has it
   * @param stateChanged called when the connection is established or lost, on any thread
   */
  Sender(
      Vertx vertx,
      BrokerSettings settings,
      String name,
      PublisherMetrics metrics,
      BiConsumer<List<PendingMessage>, BrokerException> settled,
      Runnable stateChanged) {
    this.name = name;
    this.confirmTimeout = settings.confirmTimeout();
    this.settled = settled;
    this.stateChanged = stateChanged;
    this.nackRetry =
        new NackRetry(
            name,
            metrics,
            ReconnectingConnection::after,
            batch -> waiting.addFirst(List.of(batch)),
            System::nanoTime);
    this.link =
        new ReconnectingConnection(new ClientConnector(vertx, settings), settings, name, this);
    this.thread = new Thread(this::run, name + " sender");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
    link.start();
    link.every(WATCH, this::watch);
  }

  /** Every so often, on a channel of its own. */
  void lookAtDeadLetters(DeadLetterMetrics metrics) {
    link.onIoEvery(
        LOOK,
        () -> {
          var connection = link.live();
          if (connection == null) return;
          try {
            connection.declare(
                channel -> {
                  long sent = metrics.sentSoFar();
                  var found = channel.queueDeclarePassive(Topology.DEAD);
                  metrics.looked(sent, found.getMessageCount(), found.getConsumerCount());
                });
          } catch (IOException | TimeoutException | RuntimeException e) {
            log.debug("event=dead_letters_not_seen cause=\"{}\"", e.toString());
          }
        });
  }

  void add(List<PendingMessage> all) {
    waiting.addLast(all);
  }

  /** Why the broker takes no messages for now, or empty where it does. */
  Optional<String> problem() {
    // First, as the connection is replaced every so often while the broker refuses messages.
    if (nackRetry.isStuck()) return Optional.of(REFUSING);
    var connection = link.live();
    if (connection == null) return Optional.of(AWAY);
    return connection.isBlocked() ? Optional.of(BLOCKING) : Optional.empty();
  }

  @Override
  public void prepare(BrokerConnection connection) throws IOException {
    var tracker =
        new ConfirmTracker(
            connection,
            name,
            new ConfirmTracker.Deadline(confirmTimeout, System::nanoTime),
            batch -> {
              nackRetry.confirmed(batch);
              settle(batch, null);
            },
            batch -> nackRetry.nacked(batch, connection));
    tracker.listen();
    current = tracker;
  }

  @Override
  public void opened(BrokerConnection connection) {
    ready.add(current);
    stateChanged.run();
  }

  @Override
  public void died(BrokerConnection connection) {
    stateChanged.run();
  }

  private void run() {
    try {
      while (true) {
        var tracker = ready.take();
        sendOverUnlessItFails(tracker);
        sendAgain(tracker.collect(), tracker.isSilent());
      }
    } catch (InterruptedException e) {
      log.debug("event=sender_ended publisher=\"{}\"", name);
    }
  }

  /** This thread has no successor, so that nothing but its interruption may end it. */
  private void sendOverUnlessItFails(ConfirmTracker tracker) throws InterruptedException {
    try {
      sendOver(tracker);
    } catch (RuntimeException | Error e) {
      log.error("event=sender_failed publisher=\"{}\"", name, e);
      tracker.connection().die("sending failed: " + e);
    }
  }

  private void sendOver(ConfirmTracker tracker) throws InterruptedException {
    while (!tracker.connection().isDead()) {
      // Before anything is taken, as what waits meanwhile goes together.
      if (!tracker.awaitRoom(PATIENCE_MILLIS)) continue;
      var batch = waiting.take(PATIENCE_MILLIS);
      if (batch != null) send(tracker, batch);
    }
  }

  private void send(ConfirmTracker tracker, OutboundBatch batch) throws InterruptedException {
    boolean keep = true;
    try {
      keep = !isTaken(tracker, batch);
    } catch (IOException | RuntimeException | Error e) {
      keep = false;
      tracker.connection().die("publishing failed: " + e);
    } finally {
      // Where the generation has died, or this thread is to end; its unconfirmed ones go before
      // this.
      if (keep) waiting.addFirst(List.of(batch));
    }
  }

  /**
   * @return false where it was not sent, and is to be sent later
   * @throws IOException where it may have been sent; it then counts as unconfirmed
   */
  private boolean isTaken(ConfirmTracker tracker, OutboundBatch batch)
      throws IOException, InterruptedException {
    // Not marked either, so that messages given up meanwhile are known to be unsent.
    if (tracker.connection().isDead()) return false;
    var unwanted = batch.markSent();
    if (!unwanted.isEmpty()) settled.accept(unwanted, null);
    if (!batch.isEmpty()) return tracker.send(batch);
    waiting.settled(batch);
    return true;
  }

  private void settle(OutboundBatch batch, BrokerException failure) {
    waiting.settled(batch);
    settled.accept(batch.parts(), failure);
  }

  /**
   * @param silent whether the broker just gave no answer, which is no one message's fault
   */
  private void sendAgain(List<OutboundBatch> unanswered, boolean silent) {
    var again = new ArrayList<OutboundBatch>(unanswered.size());
    for (var batch : unanswered) {
      if (!silent) batch.countEnding();
      if (batch.endings() < MAX_ENDINGS) {
        again.add(batch);
      } else {
        var why = "the broker ended " + MAX_ENDINGS + " connections over this message";
        settle(batch, new BrokerException(BrokerException.Fate.REFUSED, why));
      }
    }
    waiting.addFirst(again);
  }

  /** Some brokers fall silent without a sign: confirms that are owed and do not come mean death. */
  private void watch() {
    var unwanted = waiting.removeSettled();
    if (!unwanted.isEmpty()) settled.accept(unwanted, null);
    var watched = current;
    if (watched == null || watched.connection().isDead()) return;
    watched.checkDeadline();
    nackRetry.stuckOn(watched.connection()).ifPresent(watched::giveUp);
  }

  /** Ends the connection and the thread; remaining messages are not settled. */
  Void close() throws InterruptedException {
    link.close();
    thread.interrupt();
    // A write that blocks ends with its socket, which the generation closes after a while.
    thread.join(JOIN_MILLIS);
    return null;
  }
}
