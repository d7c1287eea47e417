package io.stripchart.api.stream;

import io.stripchart.api.ApiMetrics;
import io.stripchart.api.stored.BatchNotes;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.reading.StoredBatch;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of each batch that was stored, and appends it to the stream. Notices where batches were
 * missed, as the connection was lost or a persist process's numbers do not follow each other, and
 * has them looked for. Belongs to the context of its consumer.
 */
public final class StoredListener implements DurableConsumer.Handler {
  private static final Logger log = LoggerFactory.getLogger(StoredListener.class);

  private final StoredStream stream;
  private final ApiMetrics metrics;
  private final HeardBatches heard = new HeardBatches();
  private final Recovery recovery;
  private final Lookout lookout;
  private boolean lost;

  /** On the context of the consumer. */
  public StoredListener(Vertx vertx, StoredStream stream, BatchNotes notes, ApiMetrics metrics) {
    this(stream, notes, metrics, Timers.of(vertx));
  }

  StoredListener(StoredStream stream, BatchNotes notes, ApiMetrics metrics, Timers timers) {
    this.stream = stream;
    this.metrics = metrics;
    this.recovery = new Recovery(notes, stream, heard, metrics, timers);
    this.lookout = new Lookout(notes, heard, recovery, timers, this::unheard);
  }

  @Override
  public void deliver(List<Delivery> deliveries) {
    for (var delivery : deliveries) {
      try {
        take(StoredBatch.decode(delivery.body()));
      } catch (IllegalArgumentException e) {
        log.warn("event=stored_batch_ignored reason=\"{}\"", e.getMessage());
      }
    }
  }

  void take(StoredBatch batch) {
    var process = UUID.fromString(batch.process());
    boolean hole = heard.leavesHole(process, batch.sequence());
    // Else it is the same batch again, or was found in the database already.
    boolean isNew = heard.add(process, batch.sequence());
    // There were no followers before the beginning.
    if (hole && recovery.hasBegun()) {
      noted("batches are missing");
      recovery.look();
    }
    if (!isNew || batch.readings().isEmpty()) return;
    recovery.heard(process, batch.sequence(), batch.transaction());
    stream.append(process, batch.sequence(), batch.transaction(), batch.readings());
  }

  /**
   * The database may have become another one; on the context of the consumer.
   *
   * @param isAnother whether it is known to be
   */
  public void databaseChanged(boolean isAnother) {
    recovery.changed(isAnother);
  }

  private void unheard() {
    noted("a batch was not announced");
    recovery.look();
  }

  @Override
  public void lost() {
    if (lost) return;
    lost = true;
    recovery.deaf();
  }

  @Override
  public void consuming() {
    if (recovery.hasBegun()) noted("the connection was lost");
    lost = false;
    recovery.hearing();
    lookout.begin();
  }

  private void noted(String why) {
    // It is made good, and comes with each start of a persist process.
    log.info("event=live_gap reason=\"{}\"; the database is asked for what was missed", why);
    metrics.gap();
  }
}
