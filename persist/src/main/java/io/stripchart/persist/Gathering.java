package io.stripchart.persist;

import io.stripchart.common.broker.Delivery;
import io.stripchart.common.operations.OneLine;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers messages while a batch is being settled; as soon as it is, whatever waits becomes the
 * next one. So batches are as large as the load asks for, and no message ever waits for a timer.
 * Meanwhile, the next one's messages are decoded. Holds at most the consumer's prefetch, of which
 * only a batch and one message are decoded beyond the one that is being settled. For one context.
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

  private final int maxReadings;
  private final Function<Arrived, Received> decode;
  private final Function<List<Received>, Future<Void>> settle;
  private final Origin origin;
  private final Executor turns;
  private final PersistMetrics metrics;
  private final ArrayDeque<Arrived> waiting = new ArrayDeque<>();
  private final Promise<Void> drained = Promise.promise();

  /** Before those that wait. */
  private final ArrayDeque<Received> decoded = new ArrayDeque<>();

  private int decodedReadings;
  private boolean decoding;
  private boolean settling;
  private boolean draining;
  private volatile String problem;

  /**
   * @param maxReadings in a batch, unless one message alone has more
   * @param settle fails only when nothing more is to be settled, or by mistake
   * @param turns runs a task on the context, when others had their turn
   */
  Gathering(
      int maxReadings,
      Function<Arrived, Received> decode,
      Function<List<Received>, Future<Void>> settle,
      Origin origin,
      Executor turns,
      PersistMetrics metrics) {
    this.maxReadings = maxReadings;
    this.decode = decode;
    this.settle = settle;
    this.origin = origin;
    this.turns = turns;
    this.metrics = metrics;
  }

  /** Why the last batch is not settled, where it should be; any thread. */
  Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  void add(List<Arrived> messages) {
    waiting.addAll(messages);
    next();
  }

  /** Forgets what waits and will be delivered again. */
  void removeIf(Predicate<Delivery> lost) {
    waiting.removeIf(message -> lost.test(message.delivery()));
    decoded.removeIf(message -> lost.test(message.delivery()));
    decodedReadings = decoded.stream().mapToInt(Received::weight).sum();
    metrics.waiting(held());
  }

  /**
   * @return completes when everything that was gathered is settled and acknowledged
   */
  Future<Void> drain() {
    draining = true;
    next();
    return drained.future();
  }

  private int held() {
    return decoded.size() + waiting.size();
  }

  private void next() {
    if (!settling && held() > 0) settleOne();
    if (settling) decodeAhead();
    metrics.waiting(held());
    if (draining && !settling && held() == 0) drained.tryComplete();
  }

  /**
   * A message a turn, as the transaction under way has things to do here too, and is not to wait.
   */
  private void decodeAhead() {
    if (decoding || waiting.isEmpty() || decodedReadings > maxReadings) return;
    decoding = true;
    turns.execute(
        () -> {
          decoding = false;
          if (waiting.isEmpty()) return;
          decodeOne();
          decodeAhead();
        });
  }

  private void decodeOne() {
    var message = decode.apply(waiting.poll());
    decoded.add(message);
    decodedReadings += message.weight();
  }

  private void settleOne() {
    settling = true;
    var batch = new ArrayList<Received>();
    // Inside of a future, so that what throws is its failure too.
    Future.succeededFuture()
        .compose(
            now -> {
              take(batch);
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

  private void take(List<Received> batch) {
    int readings = 0;
    while (held() > 0) {
      if (decoded.isEmpty()) decodeOne();
      int more = decoded.peek().weight();
      if (readings + more > maxReadings && !batch.isEmpty()) break;
      batch.add(decoded.poll());
      decodedReadings -= more;
      readings += more;
    }
  }
}
