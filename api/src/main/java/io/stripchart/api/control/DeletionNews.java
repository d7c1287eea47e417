package io.stripchart.api.control;

import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.broker.Message;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.control.ReadingsDeleted;
import io.stripchart.common.reading.MalformedReadingException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces deletions of readings to all api processes, and receives those of others, so that
 * caches are read again. Listens on its own context; its public methods are for any.
 */
public final class DeletionNews implements DurableConsumer.Handler {
  private static final Logger log = LoggerFactory.getLogger(DeletionNews.class);

  /** The messages that it listens to. */
  public static final List<String> BINDINGS = List.of(ReadingsDeleted.ROUTING_KEY);

  /** Holds readings in memory, or data derived from them. */
  public interface Holder {
    /**
     * Some readings were deleted.
     *
     * @param series of these; null if it may be any
     */
    void deleted(String series);
  }

  private record Listening(Context context, Holder holder) {}

  private final HomeContext home;
  private final DurablePublisher publisher;
  private final Duration patience;
  private final List<Listening> holders = new CopyOnWriteArrayList<>();
  private boolean missed;

  /**
   * @param publisher of the current context
   * @param patience how long the broker's confirm is waited for
   */
  public DeletionNews(Vertx vertx, DurablePublisher publisher, Duration patience) {
    this.home = new HomeContext(vertx);
    this.publisher = publisher;
    this.patience = patience;
  }

  /** Registers a holder, notified on the current context until the returned action runs. */
  public Runnable listen(Vertx vertx, Holder holder) {
    var listening = new Listening(vertx.getOrCreateContext(), holder);
    holders.add(listening);
    return () -> holders.remove(listening);
  }

  /**
   * Announces a committed deletion: in this process at once, to others by the broker.
   *
   * @return when the broker has confirmed it; or after some time, because the deletion is final
   *     whether or not the announcement arrives
   */
  public Future<Void> tell(String series) {
    tellHolders(series);
    var body = new ReadingsDeleted(series).encode();
    var message = new Message(Topology.CONTROL, ReadingsDeleted.ROUTING_KEY, body, Map.of(), false);
    return home.call(() -> publisher.publish(message, patience))
        .recover(
            cause -> {
              log.warn(
                  "event=deletion_untold series={} cause=\"{}\"; other api processes may answer"
                      + " with the deleted readings until they connect to the broker again",
                  series,
                  cause.getMessage());
              return Future.succeededFuture();
            })
        .mapEmpty();
  }

  private void tellHolders(String series) {
    for (var one : holders) one.context.runOnContext(turn -> one.holder.deleted(series));
  }

  @Override
  public void deliver(List<Delivery> deliveries) {
    for (var delivery : deliveries) {
      try {
        tellHolders(ReadingsDeleted.decode(delivery.body()).series());
      } catch (MalformedReadingException e) {
        log.warn("event=control_message_ignored reason=\"{}\"", e.getMessage());
      }
    }
  }

  @Override
  public void lost() {
    missed = true;
  }

  /** Deletions since then are unknown. */
  @Override
  public void consuming() {
    if (missed) tellHolders(null);
    missed = false;
  }
}
