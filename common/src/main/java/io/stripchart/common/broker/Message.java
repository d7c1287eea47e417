package io.stripchart.common.broker;

import java.util.Map;

/**
 * A message to be published; persistent, JSON unless its headers say otherwise.
 *
 * @param headers values are strings or whole numbers
 * @param mandatory whether it counts as published only once a queue has it
 */
public record Message(
    String exchange,
    String routingKey,
    byte[] body,
    Map<String, Object> headers,
    boolean mandatory) {}
