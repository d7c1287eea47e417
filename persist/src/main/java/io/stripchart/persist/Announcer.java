package io.stripchart.persist;

import io.stripchart.common.broker.Message;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.operations.LogLimit;
import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.StoredBatch;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells live readers what was stored. Whatever it cannot tell leaves a hole in its numbering, by
 * which they notice and ask the database.
 */
final class Announcer {
  private static final Logger log = LoggerFactory.getLogger(Announcer.class);

  /** Batches at most that wait for their confirm, so that a silent broker costs bounded memory. */
  private static final int MAX_UNCONFIRMED = 64;

  private final Function<Message, Future<Void>> publish;
  private final PersistMetrics metrics;
  private final String process = UUID.randomUUID().toString();
  private final LogLimit complaints;
  private long sequence;
  private int unconfirmed;
  private boolean doubtful;

  /**
   * @param publish completes when the broker has the message
   */
  Announcer(Function<Message, Future<Void>> publish, PersistMetrics metrics, LogLimit complaints) {
    this.publish = publish;
    this.metrics = metrics;
    this.complaints = complaints;
  }

  /** Also tells of a hole where nothing was stored, as listeners would not notice it otherwise. */
  void stored(List<Reading> readings) {
    if (readings.isEmpty() && !doubtful) return;
    doubtful = false;
    sequence++;
    if (unconfirmed == MAX_UNCONFIRMED) {
      missed("the broker has not confirmed the last " + MAX_UNCONFIRMED);
      return;
    }
    unconfirmed++;
    publish
        .apply(message(new StoredBatch(process, sequence, readings)))
        .onFailure(failure -> missed(OneLine.of(failure)))
        .onComplete(done -> unconfirmed--);
  }

  /** Something may have been stored that is not known here. */
  void uncertain() {
    sequence++;
    doubtful = true;
  }

  private static Message message(StoredBatch batch) {
    // Not mandatory: nobody may be listening.
    return new Message(Topology.STORED, "", batch.encode(), Map.of(), false);
  }

  private void missed(String why) {
    metrics.unannounced.increment();
    complaints
        .admit()
        .ifPresent(
            heldBack ->
                log.warn("event=batch_unannounced cause=\"{}\" held_back={}", why, heldBack));
  }
}
