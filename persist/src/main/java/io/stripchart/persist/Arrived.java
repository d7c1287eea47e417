package io.stripchart.persist;

import io.stripchart.common.broker.Delivery;
import java.time.Instant;

/**
 * A message that waits undecoded, so that it costs no more than its bytes.
 *
 * @param time of readings without one
 * @param source of that time in the message; null if it is the arrival
 * @param at its arrival; for a republished dead letter, the first one
 * @param problem why its time is invalid, for readings without one; otherwise null
 */
record Arrived(Delivery delivery, Instant time, String source, Instant at, String problem) {
  /** Whether the message gives no time, so that its readings have that of its arrival. */
  boolean stamped() {
    return source == null;
  }
}
