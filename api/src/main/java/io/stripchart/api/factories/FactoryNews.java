package io.stripchart.api.factories;

import io.stripchart.api.control.HomeContext;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.broker.Message;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.control.FactoryChanged;
import io.stripchart.common.reading.MalformedReadingException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces changes of factories to all api processes, and receives those of others. Listens on its
 * own context; {@link #tell} is for any.
 */
public final class FactoryNews implements DurableConsumer.Handler {
  private static final Logger log = LoggerFactory.getLogger(FactoryNews.class);

  /** The messages that it listens to. */
  public static final List<String> BINDINGS = List.of(FactoryChanged.ROUTING_KEY);

  private final HomeContext home;
  private final DurablePublisher publisher;
  private final KnownFactories known;
  private final Duration patience;

  /**
   * @param publisher of the current context
   * @param patience how long the broker's confirm is waited for
   */
  public FactoryNews(
      Vertx vertx, DurablePublisher publisher, KnownFactories known, Duration patience) {
    this.home = new HomeContext(vertx);
    this.publisher = publisher;
    this.known = known;
    this.patience = patience;
  }

  /**
   * Announces a committed change.
   *
   * @return when the broker has confirmed it; or after some time, because the change is final
   *     whether or not the announcement arrives: others read it again within {@link
   *     KnownFactories#MAX_AGE}
   */
  Future<Void> tell(int factory) {
    known.changed();
    var body = new FactoryChanged(factory).encode();
    var message = new Message(Topology.CONTROL, FactoryChanged.ROUTING_KEY, body, Map.of(), false);
    return home.call(() -> publisher.publish(message, patience))
        .recover(
            cause -> {
              log.warn(
                  "event=factory_change_untold id={} cause=\"{}\"", factory, cause.getMessage());
              return Future.succeededFuture();
            })
        .mapEmpty();
  }

  @Override
  public void deliver(List<Delivery> deliveries) {
    for (var delivery : deliveries) {
      try {
        log.debug("event=factory_changed id={}", FactoryChanged.decode(delivery.body()).id());
        known.changed();
      } catch (MalformedReadingException e) {
        log.warn("event=control_message_ignored reason=\"{}\"", e.getMessage());
      }
    }
  }

  @Override
  public void lost() {
    known.hearing(false);
  }

  @Override
  public void consuming() {
    known.hearing(true);
  }
}
