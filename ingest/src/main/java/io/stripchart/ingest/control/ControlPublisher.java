package io.stripchart.ingest.control;

import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.broker.Message;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.control.FeedStatus;
import io.stripchart.common.control.FeedSwitched;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the status of feeds to other roles. A status that cannot be sent at once is dropped:
 * the next one replaces it.
 */
public final class ControlPublisher {
  private static final Logger log = LoggerFactory.getLogger(ControlPublisher.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * Number of feeds whose status can be sent at a time; with more, the last would never be sent.
   */
  public static final int MAX_STATUSES = 500;

  /** Messages at most that it keeps in its publisher at a time. */
  public static final int MAX_MESSAGES = 1_000;

  private final DurablePublisher publisher;
  private int underWay;

  /**
   * @param publisher has room for {@link #MAX_MESSAGES} in addition to its other uses
   */
  public ControlPublisher(DurablePublisher publisher) {
    this.publisher = publisher;
  }

  public void tell(FeedStatus status) {
    if (underWay < MAX_STATUSES) publish(FeedStatus.ROUTING_KEY, status.encode());
  }

  void answer(FeedSwitched switched) {
    if (underWay < MAX_MESSAGES) publish(FeedSwitched.ROUTING_KEY, switched.encode());
  }

  private void publish(String routingKey, byte[] body) {
    if (!publisher.isConnected()) return;
    underWay++;
    publisher
        .publish(new Message(Topology.CONTROL, routingKey, body, Map.of(), false), PATIENCE)
        .onComplete(done -> underWay--)
        .onFailure(
            failure ->
                log.debug("event=not_told key={} cause=\"{}\"", routingKey, failure.getMessage()));
  }
}
