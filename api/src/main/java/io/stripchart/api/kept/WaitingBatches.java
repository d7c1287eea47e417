package io.stripchart.api.kept;

import io.stripchart.common.reading.Reading;
import java.util.ArrayList;
import java.util.List;

/** Batches that come while a view is loaded, up to a number of readings. */
final class WaitingBatches {
  private static final int MAX_READINGS = 100_000;

  private final List<Waiting> batches = new ArrayList<>();
  private int readings;

  private record Waiting(long transaction, List<Reading> readings) {}

  /** Takes batches one by one. */
  interface Taker {
    void take(long transaction, List<Reading> readings);
  }

  /**
   * @return whether there was room; else none waits any more
   */
  boolean add(long transaction, List<Reading> more) {
    readings += more.size();
    if (readings > MAX_READINGS) {
      clear();
      return false;
    }
    batches.add(new Waiting(transaction, more));
    return true;
  }

  /** Gives all, in their order; then none waits any more. */
  void giveTo(Taker taker) {
    var given = List.copyOf(batches);
    clear();
    given.forEach(batch -> taker.take(batch.transaction, batch.readings));
  }

  void clear() {
    batches.clear();
    readings = 0;
  }
}
