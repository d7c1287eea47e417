package io.stripchart.common.broker;

import java.time.Instant;
import java.util.Map;

/**
 * A message that a queue delivered, and that this process owes an acknowledgement.
 *
 * @param origin the connection that it came over; only that one can acknowledge it
 * @param tag its number on that connection
 * @param timestamp the message's timestamp property, or null; whole seconds
 * @param headers as sent; never null
 */
public record Delivery(
    Object origin,
    long tag,
    String exchange,
    String routingKey,
    byte[] body,
    Instant timestamp,
    Map<String, Object> headers,
    boolean redelivered) {}
