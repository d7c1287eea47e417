package io.stripchart.persist;

import io.stripchart.common.broker.Delivery;
import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.util.List;

/**
 * A message and what it says.
 *
 * @param arrived when; where it was dead-lettered and published again, when it first did
 * @param readings none where it is malformed
 * @param problem null where it is sound
 */
record Received(Delivery delivery, Instant arrived, List<Reading> readings, String problem) {
  private static final int BYTES_PER_READING = 256;

  boolean isMalformed() {
    return problem != null;
  }

  /**
   * What it counts against the limit of a batch, in readings; one that is long though it has few
   * costs as much time and memory as many.
   */
  int weight() {
    return Math.max(readings.size(), 1 + delivery.body().length / BYTES_PER_READING);
  }
}
