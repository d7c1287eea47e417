package io.stripchart.persist;

import io.stripchart.common.broker.Delivery;
import io.stripchart.common.operations.OneLine;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers messages while a batch is being settled; as soon as it is, whatever waits becomes the
 * next one, at the pace of {@link Pace} where many come. So batches are as large as the load asks
 * for, and a lone message never waits. Meanwhile, the next one's messages are decoded. Holds at
 * most the consumer's prefetch, of which only a batch and one message are decoded beyond the one
 * that is being settled. For one context.
 */
final class Gathering {
  private static final Logger log = LoggerFactory.getLogger(Gathering.class);

  /** Where the messages come from. */
  interface Origin {
    /** This delivery is settled, and all before it. */
    void ackThrough(Delivery last);

    /**
     * Has everything delivered again that is not acknowledged.
     *
     * @return completes when nothing more comes of the deliveries before
     */
    Future<Void> restart();
  }

  /** The context's event loop. */
  interface Turns {
    /** When others had their turn. */
    void later(Runnable task);

    void after(long millis, Runnable task);

    /** As {@link System#nanoTime}. */
    long nanoTime();
  }

  private final WaitingMessages waiting;
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
  private volatile String problem;

  /**
   * @param settle fails only when nothing more is to be settled, or by mistake
   */
  Gathering(
      WaitingMessages waiting,
      Function<List<Received>, Future<Void>> settle,
      Origin origin,
      Turns turns,
      PersistMetrics metrics) {
    this.waiting = waiting;
    this.settle = settle;
    this.origin = origin;
    this.turns = turns;
    this.pace = new Pace(turns::nanoTime);
    this.metrics = metrics;
  }

  /** Why the last batch is not settled, where it should be; any thread. */
  Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  void add(List<Arrived> messages) {
    waiting.add(messages);
    next();
  }

  /** Forgets what waits and will be delivered again. */
  void removeIf(Predicate<Delivery> lost) {
    waiting.removeIf(lost);
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
    if (!settling && !waiting.isEmpty()) settleInTime();
    decodeAhead();
    metrics.waiting(waiting.count());
    if (draining && !settling && waiting.isEmpty()) drained.tryComplete();
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
          // What waits for more may be found to be a full batch.
          if (pausing && waiting.areEnough()) next();
        });
  }

  private void settleOne() {
    settling = true;
    var batch = new ArrayList<Received>();
    // Inside of a future, so that what throws is its failure too.
    Future.succeededFuture()
        .compose(
            now -> {
              pace.begin(waiting.take(batch));
              return settle.apply(batch);
            })
        .onSuccess(settled -> settled(batch))
        .onFailure(failure -> left(batch.size(), failure));
  }

  private void settled(List<Received> batch) {
    settling = false;
    problem = null;
    origin.ackThrough(batch.get(batch.size() - 1).delivery());
    next();
  }

  /**
   * Still settling, so that nothing behind it is acknowledged: it would be along with it. Unless
   * this is the end, the messages are to come again.
   */
  private void left(int messages, Throwable failure) {
    var cause = OneLine.of(failure);
    log.warn(
        "event=batch_left messages={} cause=\"{}\"; they will be delivered again", messages, cause);
    if (draining) {
      drained.tryComplete();
      return;
    }
    log.error("event=batch_not_settled; starting over", failure);
    problem = "a batch could not be settled: " + cause;
    origin
        .restart()
        .onComplete(
            restarted -> {
              settling = false;
              next();
            });
  }
}
