package io.stripchart.common.broker;

import com.rabbitmq.client.AMQP;
import java.util.Map;

/**
 * A persistent message.
 *
 * @param headers of the types that AMQP has
 * @param mandatory whether it counts as published only when a queue has it
 * @param properties of another publisher, without its headers; null if it is our own JSON
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
