package io.stripchart.persist;

import io.stripchart.common.broker.Delivery;
import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.util.List;

/**
 * A message and its readings.
 *
 * @param arrived its arrival; for a republished dead letter, the first one
 * @param readings none if it is malformed
 * @param problem null if it is valid
 */
record Received(Delivery delivery, Instant arrived, List<Reading> readings, String problem) {
  private static final int BYTES_PER_READING = 256;

  /** Whether it may have been stored before, as it was delivered before. */
  boolean comesAgain() {
    return delivery.redelivered() || delivery.headers().containsKey(Overflow.RETURNED);
  }

  boolean isMalformed() {
    return problem != null;
  }

  /**
   * Its share of the limit of a batch, in readings; a long message with few readings costs as much
   * time and memory as many readings.
   */
  int weight() {
    return Math.max(readings.size(), 1 + delivery.body().length / BYTES_PER_READING);
  }
}
