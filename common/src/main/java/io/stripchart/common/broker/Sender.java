package io.stripchart.common.broker;

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
 * The one thread that writes to a publisher's channels: sends what waits over the generation that
 * lives, and what a dead one had not confirmed over the next.
 */
final class Sender implements BrokerLink.User {
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

  private final OutgoingQueue waiting = new OutgoingQueue();
  private final BlockingQueue<Unconfirmed> ready = new LinkedBlockingQueue<>();
  private final BrokerLink link;
  private final String name;
  private final Duration confirmTimeout;
  private final BiConsumer<List<Outgoing>, BrokerException> settled;
  private final Runnable stateChanged;
  private final Refusals refusals;
  private final Thread thread;
  private volatile Unconfirmed current;

  /**
   * @param settled told the fate of each, once, on any thread; the exception is null where the
   *     broker has it
   * @param stateChanged told that the connection came or went, on any thread
   */
  Sender(
      BrokerSettings settings,
      String name,
      PublisherMetrics metrics,
      BiConsumer<List<Outgoing>, BrokerException> settled,
      Runnable stateChanged) {
    this.name = name;
    this.confirmTimeout = settings.confirmTimeout();
    this.settled = settled;
    this.stateChanged = stateChanged;
    this.refusals =
        new Refusals(name, metrics, parcel -> waiting.addFirst(List.of(parcel)), System::nanoTime);
    this.link = new BrokerLink(settings, name, this);
    this.thread = new Thread(this::run, name + " sender");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
    link.start();
    link.threads().every(WATCH, this::watch);
  }

  /** Every so often, on a channel of its own. */
  void lookAtDeadLetters(DeadLetterMetrics metrics) {
    link.threads()
        .onIoEvery(
            LOOK,
            () -> {
              var generation = link.current();
              if (generation == null || generation.isDead()) return;
              try {
                generation.declare(
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

  void add(List<Outgoing> all) {
    waiting.addLast(all);
  }

  /** Why the broker takes no messages for now, or empty where it does. */
  Optional<String> problem() {
    // First, as the connection is replaced every so often while the broker refuses messages.
    if (refusals.areStuck()) return Optional.of(REFUSING);
    var generation = link.current();
    if (generation == null || generation.isDead()) return Optional.of(AWAY);
    return generation.isBlocked() ? Optional.of(BLOCKING) : Optional.empty();
  }

  @Override
  public void prepare(Generation generation) throws IOException {
    var unconfirmed = unconfirmed(generation);
    unconfirmed.listen();
    current = unconfirmed;
  }

  private Unconfirmed unconfirmed(Generation generation) {
    return new Unconfirmed(
        generation,
        name,
        new ConfirmDeadline(confirmTimeout, System::nanoTime),
        parcel -> {
          refusals.kept(parcel);
          settle(parcel, null);
        },
        parcel -> refusals.add(parcel, link.threads(), generation));
  }

  @Override
  public void opened(Generation generation) {
    ready.add(current);
    stateChanged.run();
  }

  @Override
  public void died(Generation generation) {
    stateChanged.run();
  }

  private void run() {
    try {
      while (true) {
        var unconfirmed = ready.take();
        sendOverUnlessItFails(unconfirmed);
        sendAgain(unconfirmed.collect(), unconfirmed.isSilent());
      }
    } catch (InterruptedException e) {
      log.debug("event=sender_ended publisher=\"{}\"", name);
    }
  }

  /** This thread has no successor, so that nothing but its interruption may end it. */
  private void sendOverUnlessItFails(Unconfirmed unconfirmed) throws InterruptedException {
    try {
      sendOver(unconfirmed);
    } catch (RuntimeException | Error e) {
      log.error("event=sender_failed publisher=\"{}\"", name, e);
      unconfirmed.generation().die("sending failed: " + e);
    }
  }

  private void sendOver(Unconfirmed unconfirmed) throws InterruptedException {
    while (!unconfirmed.generation().isDead()) {
      // Before anything is taken, as what waits meanwhile goes together.
      if (!unconfirmed.awaitRoom(PATIENCE_MILLIS)) continue;
      var parcel = waiting.take(PATIENCE_MILLIS);
      if (parcel != null) send(unconfirmed, parcel);
    }
  }

  private void send(Unconfirmed unconfirmed, Parcel parcel) throws InterruptedException {
    boolean keep = true;
    try {
      keep = !isTaken(unconfirmed, parcel);
    } catch (IOException | RuntimeException | Error e) {
      keep = false;
      unconfirmed.generation().die("publishing failed: " + e);
    } finally {
      // Where the generation has died, or this thread is to end; its unconfirmed ones go before
      // this.
      if (keep) waiting.addFirst(List.of(parcel));
    }
  }

  /**
   * @return false where it was not sent, and is to be sent later
   * @throws IOException where it may have been sent; it then counts as unconfirmed
   */
  private boolean isTaken(Unconfirmed unconfirmed, Parcel parcel)
      throws IOException, InterruptedException {
    // Not marked either, so that what is given up meanwhile is known not to have been sent.
    if (unconfirmed.generation().isDead()) return false;
    var unwanted = parcel.markSent();
    if (!unwanted.isEmpty()) settled.accept(unwanted, null);
    if (!parcel.isEmpty()) return unconfirmed.send(parcel);
    waiting.settled(parcel);
    return true;
  }

  private void settle(Parcel parcel, BrokerException failure) {
    waiting.settled(parcel);
    settled.accept(parcel.parts(), failure);
  }

  /**
   * @param silent whether the broker just gave no answer, which is no one message's fault
   */
  private void sendAgain(List<Parcel> unanswered, boolean silent) {
    var again = new ArrayList<Parcel>(unanswered.size());
    for (var parcel : unanswered) {
      if (!silent) parcel.countEnding();
      if (parcel.endings() < MAX_ENDINGS) {
        again.add(parcel);
      } else {
        var why = "the broker ended " + MAX_ENDINGS + " connections over this message";
        settle(parcel, new BrokerException(BrokerException.Fate.REFUSED, why));
      }
    }
    waiting.addFirst(again);
  }

  /** Some brokers fall silent without a sign: confirms that are owed and do not come mean death. */
  private void watch() {
    var unwanted = waiting.removeSettled();
    if (!unwanted.isEmpty()) settled.accept(unwanted, null);
    var watched = current;
    if (watched == null || watched.generation().isDead()) return;
    watched.endWhereSilent();
    refusals.stuckOn(watched.generation()).ifPresent(watched::giveUp);
  }

  /** Ends the connection and the thread; what is left is not settled. */
  Void close() throws InterruptedException {
    link.close();
    thread.interrupt();
    // A write that blocks ends with its socket, which the generation closes after a while.
    thread.join(JOIN_MILLIS);
    return null;
  }
}
