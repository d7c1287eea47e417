package io.stripchart.persist;

import io.stripchart.common.broker.Delivery;
import io.stripchart.common.operations.OneLine;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects messages while a batch is being settled; then the waiting messages become the next
 * batch, delayed by {@link Pace} at a high rate. So batches grow with the load, and a lone message
 * never waits. The next batch is decoded meanwhile. Holds at most the consumer's prefetch, of which
 * only a batch and one message are decoded in addition to the one that is being settled. For one
 * context.
 */
final class Gathering {
  private static final Logger log = LoggerFactory.getLogger(Gathering.class);

  /** Where the messages come from. */
  interface Origin {
    /** This delivery is settled, and all before it. */
    void ackThrough(Delivery last);

    /** This delivery alone is settled. */
    default void ack(Delivery one) {
      throw new UnsupportedOperationException();
    }

    /**
     * Has everything delivered again that is not acknowledged.
     *
     * @return completes when nothing more comes of the deliveries before
     */
    Future<Void> restart();

    /**
     * Gives everything back that is not acknowledged, so that others can have it, and takes
     * messages again once that makes sense.
     *
     * @return as {@link #restart}
     */
    default Future<Void> giveBack() {
      return restart();
    }
  }

  /** The context's event loop. */
  interface Turns {
    /** When others had their turn. */
    void later(Runnable task);

    void after(long millis, Runnable task);

    /** As {@link System#nanoTime}. */
    long nanoTime();
  }

  /** After this time readiness reports a batch that is not settled. */
  private static final long SLOW_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final long LOOK_MILLIS = 1_000;

  private final WaitingMessages waiting;
  private final SetAside aside;
  private final Function<List<Received>, Future<Void>> settle;
  private final Origin origin;
  private final Turns turns;
  private final PersistMetrics metrics;
  private final Pace pace;
  private final Promise<Void> drained = Promise.promise();
  private boolean decoding;
  private boolean settling;
  private boolean pausing;
  private boolean draining;
  private boolean looking;
  private boolean wasTrial;

  /** Whether a message still waits, if some may no longer do so; else null. */
  private Predicate<Received> released;

  /**
   * Which attempt at a batch is the current one; the outcome of an earlier one is of no interest.
   */
  private int attempt;

  private volatile String problem;
  private volatile long settlingSince;
  private volatile int settlingMessages;

  /**
   * @param settle fails only after shutdown, or because of a bug
   */
  Gathering(
      WaitingMessages waiting,
      Function<List<Received>, Future<Void>> settle,
      Origin origin,
      Turns turns,
      PersistMetrics metrics) {
    this(waiting, SetAside.none(), settle, origin, turns, metrics);
  }

  /**
   * @param aside holds messages of a settled batch that are not settled themselves
   */
  Gathering(
      WaitingMessages waiting,
      SetAside aside,
      Function<List<Received>, Future<Void>> settle,
      Origin origin,
      Turns turns,
      PersistMetrics metrics) {
    this.waiting = waiting;
    this.aside = aside;
    this.settle = settle;
    this.origin = origin;
    this.turns = turns;
    this.pace = new Pace(turns::nanoTime);
    this.metrics = metrics;
  }

  /** Why the last batch is not settled, if it should be; any thread. */
  Optional<String> problem() {
    int messages = settlingMessages;
    long since = aside.now() - settlingSince;
    if (messages > 0 && since > SLOW_NANOS)
      return Optional.of(
          "a batch of %d messages is not settled after %d s"
              .formatted(messages, TimeUnit.NANOSECONDS.toSeconds(since)));
    return Optional.ofNullable(problem);
  }

  /** For how long the batch under way has been so; 0 if there is none. */
  long settlingNanos() {
    return settling && settlingMessages > 0 ? aside.now() - settlingSince : 0;
  }

  /**
   * Has messages that were set aside and no longer wait stored with the next batch. That is decided
   * once the batch under way is settled: a message of it that was no longer aside would count as
   * stored, and be acknowledged.
   *
   * @param waits whether a message still has to wait
   */
  void release(Predicate<Received> waits) {
    released = waits;
    if (settling) return;
    addReleased();
    next();
  }

  private void addReleased() {
    if (released == null) return;
    waiting.addAgain(aside.takeReleased(released));
    released = null;
  }

  /**
   * Gives all messages back, those of the batch under way too, and takes again when {@link
   * Origin#giveBack} says so.
   */
  void giveBack() {
    attempt++;
    settling = true;
    settlingMessages = 0;
    startOver(origin.giveBack());
  }

  void add(List<Arrived> messages) {
    waiting.add(messages);
    next();
  }

  /** Discards waiting messages that will be delivered again. */
  void removeIf(Predicate<Delivery> lost) {
    waiting.removeIf(lost);
    aside.removeIf(lost);
    metrics.waiting(waiting.count());
  }

  /**
   * @return completes when everything that was gathered is settled and acknowledged
   */
  Future<Void> drain() {
    draining = true;
    next();
    return drained.future();
  }

  private void next() {
    if (!settling && !draining && !isOthersTurn() && aside.isDue()) {
      wasTrial = true;
      settleBatch(aside.takeDue());
    } else if (!settling && !waiting.isEmpty()) {
      settleInTime();
    }
    if (aside.hasBlocked()) lookLater();
    decodeAhead();
    metrics.waiting(waiting.count());
    if (draining && !settling && waiting.isEmpty()) drained.tryComplete();
  }

  /** Trials take turns with what waits, however many there are. */
  private boolean isOthersTurn() {
    return wasTrial && !waiting.isEmpty();
  }

  private void settleInTime() {
    long pause = draining || waiting.areEnough() ? 0 : pace.leftMillis();
    if (pause == 0) {
      settleOne();
    } else if (!pausing) {
      pausing = true;
      turns.after(pause, this::resume);
    }
  }

  private void lookLater() {
    if (looking || draining) return;
    looking = true;
    turns.after(
        LOOK_MILLIS,
        () -> {
          looking = false;
          next();
        });
  }

  private void resume() {
    pausing = false;
    next();
  }

  /** A portion a turn, as the transaction under way has things to do here too. */
  private void decodeAhead() {
    if (decoding || !waiting.isToBeDecoded()) return;
    decoding = true;
    turns.later(
        () -> {
          decoding = false;
          waiting.decodePortion();
          decodeAhead();
          // A waiting batch may turn out to be full.
          if (pausing && waiting.areEnough()) next();
        });
  }

  private void settleOne() {
    wasTrial = false;
    settle(batch -> pace.begin(waiting.take(batch)));
  }

  private void settleBatch(List<Received> again) {
    settle(batch -> batch.addAll(again));
  }

  private void settle(Consumer<List<Received>> taking) {
    settling = true;
    int current = ++attempt;
    var batch = new ArrayList<Received>();
    // Within a future, so that an exception is its failure too.
    Future.succeededFuture()
        .compose(
            now -> {
              taking.accept(batch);
              settlingSince = aside.now();
              settlingMessages = batch.size();
              return settle.apply(batch);
            })
        .onSuccess(
            settled -> {
              if (current == attempt) settled(batch);
            })
        .onFailure(
            failure -> {
              if (current == attempt) left(batch.size(), failure);
            });
  }

  private void settled(List<Received> batch) {
    settling = false;
    settlingMessages = 0;
    problem = null;
    for (var message : batch) {
      if (!aside.holds(message)) aside.settled(message);
    }
    // Before any of them leave, as only those that are aside count as not stored.
    acknowledge(batch);
    waiting.addAgain(aside.takeUnlocked());
    waiting.addAgain(aside.takeExcess());
    aside.endTrial();
    addReleased();
    next();
  }

  /** One by one while messages before them are set aside: all at once would be along with these. */
  private void acknowledge(List<Received> batch) {
    if (aside.isEmpty()) {
      origin.ackThrough(last(batch));
      return;
    }
    for (var message : batch) {
      if (!aside.holds(message)) origin.ack(message.delivery());
    }
  }

  /** Messages that were set aside stand before others and may have come after them. */
  private static Delivery last(List<Received> batch) {
    var last = batch.get(batch.size() - 1).delivery();
    for (var message : batch) {
      var one = message.delivery();
      if (one.origin() == last.origin() && one.tag() > last.tag()) last = one;
    }
    return last;
  }

  /**
   * Still settling, so that nothing behind it is acknowledged: it would be along with it. Unless
   * this is the end, the messages are to come again.
   */
  private void left(int messages, Throwable failure) {
    var cause = OneLine.of(failure);
    log.warn(
        "event=batch_left messages={} cause=\"{}\"; they will be delivered again", messages, cause);
    settlingMessages = 0;
    if (draining) {
      drained.tryComplete();
      return;
    }
    log.error("event=batch_not_settled; starting over", failure);
    problem = "a batch could not be settled: " + cause;
    startOver(origin.restart());
  }

  private void startOver(Future<Void> restart) {
    restart.onComplete(
        restarted -> {
          settling = false;
          addReleased();
          next();
        });
  }
}
