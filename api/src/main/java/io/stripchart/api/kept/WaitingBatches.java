package io.stripchart.api.kept;

import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.Reading;
import java.util.ArrayList;
import java.util.List;

/** Batches that come while a view is loaded, up to a number of readings. */
final class WaitingBatches {
  private static final int MAX_READINGS = 100_000;

  private final List<Waiting> batches = new ArrayList<>();
  private int readings;

  private record Waiting(Batch batch, List<Reading> readings) {}

  /** Takes batches one by one. */
  interface Taker {
    void take(Batch batch, List<Reading> readings);
  }

  /**
   * @return whether there was room; otherwise none is waiting
   */
  boolean add(Batch batch, List<Reading> more) {
    readings += more.size();
    if (readings > MAX_READINGS) {
      clear();
      return false;
    }
    // Its other readings need not wait.
    batches.add(new Waiting(batch.withoutReadings(), more));
    return true;
  }

  /** Passes on all in order; then none is waiting. */
  void giveTo(Taker taker) {
    var given = List.copyOf(batches);
    clear();
    given.forEach(one -> taker.take(one.batch, one.readings));
  }

  void clear() {
    batches.clear();
    readings = 0;
  }
}
