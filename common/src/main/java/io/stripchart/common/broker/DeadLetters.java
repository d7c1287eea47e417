package io.stripchart.common.broker;

import io.vertx.core.Future;
import java.util.Map;

/**
 * Keeps what could not be stored, as it came, on {@link Topology#DEAD}. Published rather than
 * rejected, since the brokers disagree about what a rejection does.
 */
public final class DeadLetters {
  private static final int MAX_REASON = 500;
  private final DurablePublisher publisher;

  public DeadLetters(DurablePublisher publisher) {
    this.publisher = publisher;
  }

  /**
   * @param exchange where the message was first published; "" where it never was
   * @param routingKey under which name
   * @param reason what is wrong with it, for people
   * @return completes once the broker has it
   */
  public Future<Void> take(String exchange, String routingKey, byte[] body, String reason) {
    var shortReason =
        reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "…";
    Map<String, Object> headers =
        Map.of(
            "x-stripchart-reason", shortReason,
            "x-stripchart-exchange", exchange,
            "x-stripchart-routing-key", routingKey);
    return publisher.publish(new Message(Topology.DEAD, routingKey, body, headers, true));
  }
}
