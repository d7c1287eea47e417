package io.stripchart.persist;

import io.stripchart.common.broker.Delivery;
import io.stripchart.common.reading.Reading;
import java.util.List;

/**
 * A message and what it says.
 *
 * @param readings none where it is malformed
 * @param problem null where it is sound
 */
record Received(Delivery delivery, List<Reading> readings, String problem) {

  boolean isMalformed() {
    return problem != null;
  }

  /** What it counts against the limit of a batch. */
  int weight() {
    return Math.max(1, readings.size());
  }
}
