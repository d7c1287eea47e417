package io.stripchart.api.stream;

import io.stripchart.api.ApiMetrics;
import io.stripchart.api.stored.BatchNotes;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.reading.StoredBatch;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
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
  private final LongSupplier nanos;
  private final HeardBatches heard = new HeardBatches();
  private final Recovery recovery;
  private boolean lost;
  private long lostAt;

  /** On the context of the consumer. */
  public StoredListener(Vertx vertx, StoredStream stream, BatchNotes notes, ApiMetrics metrics) {
    this(
        stream,
        notes,
        metrics,
        (delay, task) -> vertx.setTimer(Math.max(1, delay.toMillis()), late -> task.run()),
        System::nanoTime);
  }

  StoredListener(
      StoredStream stream,
      BatchNotes notes,
      ApiMetrics metrics,
      BiConsumer<Duration, Runnable> timers,
      LongSupplier nanos) {
    this.stream = stream;
    this.metrics = metrics;
    this.nanos = nanos;
    this.recovery = new Recovery(notes, stream, heard, metrics, timers);
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
    // What was missed before the beginning, nobody followed.
    if (hole && recovery.hasBegun()) {
      noted("batches are missing");
      recovery.look();
    }
    if (isNew) stream.append(batch.transaction(), batch.readings());
  }

  @Override
  public void lost() {
    if (lost) return;
    lost = true;
    lostAt = nanos.getAsLong();
    recovery.deaf();
  }

  @Override
  public void consuming() {
    if (recovery.hasBegun()) noted("the connection was lost");
    recovery.hearing(lost && nanos.getAsLong() - lostAt > Recovery.MAX_ABSENCE.toNanos());
    lost = false;
  }

  private void noted(String why) {
    log.warn("event=live_gap reason=\"{}\"", why);
    metrics.gap();
  }
}
