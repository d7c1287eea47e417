package io.stripchart.compose.load;

import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/**
 * Readings that are published and not stored yet. As they are stored about in their order, it asks
 * for the first of them alone: a look that finds nothing is cheap, however many are on their way.
 */
final class Awaited {
  private static final int ASKED = 500;

  private final FactoryStore store;
  private final Tally tally;
  private final Future<?> confirmed;
  private List<Reading> missing;

  /**
   * @param readings in the order of publishing; may be empty
   * @param confirmed completes when the broker has confirmed them and everything that belongs to
   *     them
   * @param tally counts each reading that is found
   */
  Awaited(List<Reading> readings, Future<?> confirmed, FactoryStore store, Tally tally) {
    this.missing = List.copyOf(readings);
    this.confirmed = confirmed;
    this.store = store;
    this.tally = tally;
  }

  Future<?> confirmed() {
    return confirmed;
  }

  /** How many are not stored, as far as is known. */
  int size() {
    return missing.size();
  }

  /** Looks again, for as long as all are found that it asks for. */
  long look() throws ExecutionException {
    boolean allFound = true;
    while (allFound && !missing.isEmpty()) {
      var asked = missing.subList(0, Math.min(ASKED, missing.size()));
      var stored = Persistence.await(store.values(asked));
      tally.countStored(asked, stored);
      allFound = stored.size() == asked.size();
      var left = new ArrayList<Reading>();
      IntStream.range(0, missing.size())
          .filter(place -> !stored.containsKey(place))
          .forEach(place -> left.add(missing.get(place)));
      missing = left;
    }
    return missing.size();
  }
}
