package io.stripchart.persist;

import io.stripchart.common.broker.Delivery;
import java.time.Instant;

/**
 * A message that waits as it came, so that it costs no more than its bytes.
 *
 * @param time of readings that give none
 * @param stamped whether the message gives no time either, so that this one is its arrival's
 */
record Arrived(Delivery delivery, Instant time, boolean stamped) {}
