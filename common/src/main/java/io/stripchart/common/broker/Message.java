package io.stripchart.common.broker;

import com.rabbitmq.client.AMQP;
import java.util.Map;

/**
 * A message to be published, persistent.
 *
 * @param headers of the types that AMQP has
 * @param mandatory whether it counts as published only once a queue has it
 * @param properties beside the headers, as somebody else set them; null where it is JSON of our own
 */
public record Message(
    String exchange,
    String routingKey,
    byte[] body,
    Map<String, Object> headers,
    boolean mandatory,
    AMQP.BasicProperties properties) {
  /** A message of our own. */
  public Message(
      String exchange,
      String routingKey,
      byte[] body,
      Map<String, Object> headers,
      boolean mandatory) {
    this(exchange, routingKey, body, headers, mandatory, null);
  }
}
