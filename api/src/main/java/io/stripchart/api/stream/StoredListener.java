package io.stripchart.api.stream;

import io.stripchart.api.ApiMetrics;
import io.stripchart.api.stored.BoundedMap;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.StoredBatch;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of each batch that was stored, and hands it to every desk. Notices where batches were
 * missed: the connection was lost, or a persist process's numbers do not follow each other. Belongs
 * to the context of its consumer.
 */
public final class StoredListener implements DurableConsumer.Handler {
  private static final Logger log = LoggerFactory.getLogger(StoredListener.class);

  /** Processes whose numbers are remembered; there are a few, and new ones after each restart. */
  private static final int MAX_PROCESSES = 1_000;

  private final ApiMetrics metrics;
  private final StoredStream stream;
  private final Map<String, Long> sequences = new BoundedMap<>(MAX_PROCESSES);
  private boolean everConsumed;
  private boolean lost;

  public StoredListener(StoredStream stream, ApiMetrics metrics) {
    this.stream = stream;
    this.metrics = metrics;
  }

  @Override
  public void deliver(List<Delivery> deliveries) {
    for (var delivery : deliveries) {
      try {
        take(StoredBatch.decode(delivery.body()));
      } catch (MalformedReadingException e) {
        log.warn("event=stored_batch_ignored reason=\"{}\"", e.getMessage());
      }
    }
  }

  private void take(StoredBatch batch) {
    var last = sequences.put(batch.process(), batch.sequence());
    if (last != null && batch.sequence() <= last) {
      // The same batch again: whoever follows has it.
      sequences.put(batch.process(), last);
      return;
    }
    // Of a process that is new here, nobody knows whether its first batches came before us.
    if (batch.sequence() > (last == null ? 1 : last + 1)) gap("batches are missing");
    stream.append(batch.transaction(), batch.readings());
  }

  @Override
  public void lost() {
    lost = true;
  }

  @Override
  public void consuming() {
    // At the first connection nothing was missed by this process, but whoever subscribed before it
    // missed some.
    if (!everConsumed) stream.lose();
    else if (lost) gap("the connection was lost");
    everConsumed = true;
    lost = false;
  }

  private void gap(String why) {
    log.warn("event=live_gap reason=\"{}\"", why);
    metrics.gap();
    stream.lose();
  }
}
