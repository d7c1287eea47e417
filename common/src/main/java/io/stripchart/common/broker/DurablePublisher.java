package io.stripchart.common.broker;

import io.micrometer.core.instrument.MeterRegistry;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Publishes messages, each over as many connections as it takes, until the broker has confirmed it.
 * Delivery is at least once.
 *
 * <p>Belongs to the context that opened it: its methods are called there, and its futures complete
 * there. It holds at most {@link #capacity} messages; the caller checks {@link #isFull} and pauses
 * its source.
 */
public final class DurablePublisher {
  private final Vertx vertx;
  private final int capacity;
  private final Sender sender;
  private final ContextExecutor onContext;
  private final PublisherMetrics metrics;
  private final MeterRegistry registry;
  private final String name;
  private final AtomicInteger held = new AtomicInteger();

  /** In their order, and among them some that are settled. */
  private final Deque<PendingMessage> unsettled = new ArrayDeque<>();

  /** Null until it is requested. */
  private DeadLetterMetrics deadLetters;

  private Promise<Void> emptied;
  private boolean closed;
  private Runnable onChange = () -> {};

  private DurablePublisher(
      Vertx vertx, BrokerSettings settings, String name, int capacity, MeterRegistry registry) {
    this.vertx = vertx;
    this.capacity = capacity;
    this.registry = registry;
    this.name = name;
    this.onContext = new ContextExecutor(vertx.getOrCreateContext());
    this.metrics = new PublisherMetrics(registry, name, held);
    this.sender =
        new Sender(
            vertx,
            settings,
            name,
            metrics,
            this::settle,
            () -> onContext.add(() -> onChange.run()));
  }

  /**
   * Opens a publisher on the current context, and connects in the background, for as long as it
   * takes.
   *
   * @param name of the connection, as the management console shows it, like {@code stripchart
   *     ingest publisher}
   * @param capacity messages at most that wait or are unconfirmed; a reading counts as one, also
   *     where it shares a message
   */
  public static DurablePublisher open(
      Vertx vertx, BrokerSettings settings, String name, int capacity, MeterRegistry registry) {
    var publisher = new DurablePublisher(vertx, settings, name, capacity, registry);
    publisher.sender.start();
    return publisher;
  }

  /**
   * Publishes, for as long as it takes: broker outages are waited out.
   *
   * @return completes once the broker has confirmed it; fails with {@link BrokerException} where
   *     the publisher is full or closed, or where the broker ended connection after connection over
   *     this message (REFUSED)
   */
  public Future<Void> publish(Message message) {
    var promise = Promise.<Void>promise();
    enqueue(List.of(PendingMessage.of(message, telling(promise))));
    return promise.future();
  }

  /**
   * Publishes a reading, as {@link #publish(Message)} does; it may share its message with others of
   * its series that wait too.
   */
  Future<Void> publish(Reading reading) {
    var promise = Promise.<Void>promise();
    enqueue(List.of(PendingMessage.of(reading, telling(promise))));
    return promise.future();
  }

  private static PendingMessage.Waiter telling(Promise<Void> promise) {
    return failure -> {
      if (failure == null) promise.complete();
      else promise.fail(failure);
    };
  }

  /**
   * Publishes, but gives up after a while: what has not been sent by then is withdrawn.
   *
   * @return as of {@link #publish(Message)}; also fails after {@code patience}, with NOT_SENT where
   *     it is certain that the message will never arrive, and UNKNOWN where it was sent: it may
   *     arrive, and publishing it again is safe
   */
  public Future<Void> publish(Message message, Duration patience) {
    var promise = Promise.<Void>promise();
    publish(List.of(PendingMessage.of(message, telling(promise))), promise.future(), patience);
    return promise.future();
  }

  /**
   * Publishes several readings as {@link #publish(Message, Duration)} does a message.
   *
   * @return completes when the broker has confirmed each; fails with UNKNOWN as soon as any of them
   *     may have been queued
   */
  Future<Void> publish(List<Reading> readings, Duration patience) {
    var all = new PendingMessage.Joined(readings.size());
    var pending = new ArrayList<PendingMessage>(readings.size());
    for (var reading : readings) pending.add(PendingMessage.of(reading, all::settled));
    publish(pending, all.future(), patience);
    return all.future();
  }

  private void publish(List<PendingMessage> pending, Future<Void> settling, Duration patience) {
    enqueue(pending);
    if (settling.isComplete()) return;
    long timer =
        vertx.setTimer(
            patience.toMillis(),
            expired -> {
              var why = sender.problem().map(problem -> "; " + problem).orElse("");
              pending.forEach(one -> giveUp(one, "no confirm within " + patience + why));
            });
    settling.onComplete(done -> vertx.cancelTimer(timer));
  }

  private void enqueue(List<PendingMessage> pending) {
    int room = closed ? 0 : Math.max(0, capacity - held.get());
    var taken = pending.subList(0, Math.min(room, pending.size()));
    held.addAndGet(taken.size());
    unsettled.addAll(taken);
    sender.add(taken);
    for (var left : pending.subList(taken.size(), pending.size())) refuse(left);
  }

  private void refuse(PendingMessage pending) {
    var why =
        closed
            ? "the publisher is closed"
            : "the publisher holds " + capacity + " messages and takes no more";
    pending.settle(new BrokerException(BrokerException.Fate.NOT_SENT, why));
    pending.complete();
  }

  private static void giveUp(PendingMessage pending, String why) {
    if (pending.giveUp(why)) pending.complete();
  }

  /** The sender has released some; on any thread. */
  private void settle(List<PendingMessage> parts, BrokerException failure) {
    var first = new ArrayList<PendingMessage>(parts.size());
    for (var part : parts) {
      if (part.settle(failure)) first.add(part);
    }
    if (!first.isEmpty()) metrics.settled(failure);
    onContext.add(
        () -> {
          forgetSettled();
          boolean wasFull = isFull();
          held.addAndGet(-parts.size());
          if (emptied != null && held.get() == 0) emptied.tryComplete();
          if (wasFull && !isFull()) onContext.add(onChange);
          for (var part : first) ContextExecutor.run(part::complete);
        });
  }

  /** Most are settled in their order; where one is not for long, those behind it are looked at. */
  private void forgetSettled() {
    while (!unsettled.isEmpty() && unsettled.peekFirst().isSettled()) unsettled.pollFirst();
    if (unsettled.size() > 2 * capacity) unsettled.removeIf(PendingMessage::isSettled);
  }

  /** Whether it holds as many as it may; then {@link #onChange} tells when that is over. */
  public boolean isFull() {
    return held.get() >= capacity;
  }

  /** Of dead letters that are published here; the same for all who ask. */
  DeadLetterMetrics deadLetterMetrics() {
    if (deadLetters == null) {
      deadLetters = new DeadLetterMetrics(registry, name);
      sender.lookAtDeadLetters(deadLetters);
    }
    return deadLetters;
  }

  /** Messages that wait or are unconfirmed, each reading counted as one. */
  public int held() {
    return held.get();
  }

  public int capacity() {
    return capacity;
  }

  /** Whether there is a connection, and the broker takes messages on it. Any thread. */
  public boolean isConnected() {
    return problem().isEmpty();
  }

  /** Why the broker takes no messages for now, for people; empty where it does. Any thread. */
  public Optional<String> problem() {
    return sender.problem();
  }

  /**
   * Sets the listener, called on the context when the connection is established or lost, or when
   * there is room again.
   */
  public void onChange(Runnable handler) {
    onChange = handler;
  }

  /**
   * Accepts no more, waits for confirms, and closes.
   *
   * @return completes when everything is confirmed, or {@code patience} has passed and the rest has
   *     failed
   */
  public Future<Void> close(Duration patience) {
    closed = true;
    emptied = Promise.promise();
    if (held.get() == 0) emptied.complete();
    long timer = vertx.setTimer(Math.max(1, patience.toMillis()), expired -> emptied.tryComplete());
    return emptied
        .future()
        .compose(
            done -> {
              vertx.cancelTimer(timer);
              return vertx.executeBlocking(sender::close);
            })
        .map(
            ended -> {
              List.copyOf(unsettled).forEach(left -> giveUp(left, "the publisher was closed"));
              metrics.close();
              return null;
            });
  }
}
