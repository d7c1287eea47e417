package io.stripchart.api.live;

import io.stripchart.api.stream.Batch;
import io.stripchart.api.stream.StoredStream;
import io.stripchart.common.reading.Reading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Shared by subscribers that receive readings of the same batch from memory. Remembers the last
 * one, which all listeners receive one after the other. Belongs to one context.
 */
final class BatchReadings {
  /** The order of delivery, so that a cursor identifies by one reading which were delivered. */
  static final Comparator<Reading> ORDER =
      Comparator.comparing(Reading::series).thenComparing(Reading::time);

  private final StoredStream stream;
  private List<Reading> readings = List.of();
  private List<Reading> ordered = List.of();
  private Batch batch;
  private Progress progress;

  BatchReadings(StoredStream stream) {
    this.stream = stream;
  }

  /**
   * The same in order.
   *
   * @param list not changed afterwards
   */
  @SuppressWarnings("ReferenceEquality") // All listeners receive the same list, not an equal one.
  List<Reading> ordered(List<Reading> list) {
    if (list == readings) return ordered;
    var found = isOrdered(list) ? list : new ArrayList<>(list);
    if (found != list) found.sort(ORDER);
    readings = list;
    ordered = found;
    return found;
  }

  private static boolean isOrdered(List<Reading> list) {
    for (int i = 1; i < list.size(); i++) {
      if (ORDER.compare(list.get(i - 1), list.get(i)) > 0) return false;
    }
    return true;
  }

  /** Of those who were given all that stands in the stream before it. */
  @SuppressWarnings("ReferenceEquality")
  Progress progress(Batch of) {
    if (of == batch) return progress;
    batch = of;
    progress = Progress.ofBatch(stream.database(), stream.knownBefore(of.position()), of);
    return progress;
  }
}
