package io.stripchart.persist;

import io.stripchart.common.broker.Delivery;
import java.time.Instant;

/**
 * A message that waits as it came, so that it costs no more than its bytes.
 *
 * @param time of readings that give none
 * @param source what of the message gives that time; null where it is that of its arrival
 * @param at when it arrived; where it was dead-lettered and published again, when it first did
 * @param problem why its time cannot be used, where none of its readings gives one; else null
 */
record Arrived(Delivery delivery, Instant time, String source, Instant at, String problem) {
  /** Whether the message gives no time, so that its readings have that of its arrival. */
  boolean stamped() {
    return source == null;
  }
}
