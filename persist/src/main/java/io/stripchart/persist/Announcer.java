package io.stripchart.persist;

import io.stripchart.common.broker.Message;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.operations.LogLimit;
import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.StoredBatch;
import io.stripchart.persist.store.BatchNumber;
import io.stripchart.persist.store.Stored;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers the transactions and announces what they stored. A lost announcement leaves a missing
 * number, by which listeners notice and ask the database. For one context, and one transaction at a
 * time.
 */
final class Announcer {
  private static final Logger log = LoggerFactory.getLogger(Announcer.class);

  /** Batches at most that wait for their confirm, so that a silent broker costs bounded memory. */
  private static final int MAX_UNCONFIRMED = 64;

  private final Function<Message, Future<Void>> publish;
  private final Insistence insistence;
  private final PersistMetrics metrics;
  private final UUID process = UUID.randomUUID();
  private final LogLimit complaints;

  /** The number 1 is never used: the process before may have died with an unannounced batch. */
  private long sequence = 1;

  private boolean hole = true;
  private int unconfirmed;

  /** A transaction has the next number in its hands, so that nothing else may take it. */
  private boolean underWay;

  /**
   * @param publish completes when the broker has the message
   */
  Announcer(
      Function<Message, Future<Void>> publish,
      Insistence insistence,
      PersistMetrics metrics,
      LogLimit complaints) {
    this.publish = publish;
    this.insistence = insistence;
    this.metrics = metrics;
    this.complaints = complaints;
  }

  /** Makes listeners look for unannounced batches, before there is anything to announce. */
  void begin() {
    tellOfHole();
  }

  /**
   * For the next attempt at a transaction; the same again after one that is known to have stored
   * nothing. To be followed by {@link #stored} or {@link #uncertain}.
   */
  BatchNumber next() {
    underWay = true;
    return new BatchNumber(process, sequence + 1);
  }

  /**
   * The transaction of the next number was committed.
   *
   * @param doubtful whether others may have stored something before that they did not announce
   */
  void stored(Stored stored, boolean doubtful) {
    underWay = false;
    if (!stored.added().isEmpty()) announce(stored);
    if (doubtful) uncertain();
    tellOfHole();
  }

  /**
   * Something may have been stored that is not known here, perhaps under the next number, which so
   * is left out. It is noticed when the following transaction ends.
   */
  void uncertain() {
    underWay = false;
    sequence++;
    hole = true;
  }

  private void announce(Stored stored) {
    sequence++;
    // Until it is on its way.
    hole = true;
    if (unconfirmed == MAX_UNCONFIRMED) {
      missed("the broker has not confirmed the last " + MAX_UNCONFIRMED);
      return;
    }
    var announced = publish.apply(message(stored));
    hole = false;
    counted(announced).onFailure(failure -> tellOfHole());
  }

  private Message message(Stored stored) {
    return message(
        new StoredBatch(process.toString(), sequence, stored.transaction(), stored.added()));
  }

  /** By a batch of nothing, as otherwise it would be noticed only with the next that is stored. */
  private void tellOfHole() {
    if (!hole || underWay || unconfirmed == MAX_UNCONFIRMED) return;
    hole = false;
    counted(insistence.on(this::publishNothing, failure -> true))
        .onFailure(failure -> log.debug("event=hole_untold", failure));
  }

  private Future<Void> publishNothing() {
    if (underWay) {
      // Notified when the transaction has ended.
      hole = true;
      return Future.succeededFuture();
    }
    return publish.apply(message(new StoredBatch(process.toString(), ++sequence, 0, List.of())));
  }

  private static Message message(StoredBatch batch) {
    // Not mandatory, because there may be no listeners.
    return new Message(Topology.STORED, "", batch.encode(), Map.of(), false);
  }

  private Future<Void> counted(Future<Void> announced) {
    unconfirmed++;
    return announced
        .onComplete(done -> unconfirmed--)
        .onFailure(failure -> missed(OneLine.of(failure)))
        .onSuccess(confirmed -> tellOfHole());
  }

  private void missed(String why) {
    hole = true;
    metrics.unannounced.increment();
    complaints
        .admit()
        .ifPresent(
            heldBack ->
                log.warn("event=batch_unannounced cause=\"{}\" held_back={}", why, heldBack));
  }
}
