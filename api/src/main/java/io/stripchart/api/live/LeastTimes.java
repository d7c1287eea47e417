package io.stripchart.api.live;

import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import java.util.List;

/**
 * The least time of each remainder of a list of readings. Remembers the last list, which all
 * listeners receive one after the other. Belongs to one context.
 */
final class LeastTimes {
  private List<Reading> readings = List.of();
  private long[] least = {};

  /**
   * @param list not changed afterwards
   * @return of the readings from each index on, in microseconds
   */
  @SuppressWarnings("ReferenceEquality") // All listeners receive the same list, not an equal one.
  long[] of(List<Reading> list) {
    if (list == readings) return least;
    var found = new long[list.size()];
    long rest = Long.MAX_VALUE;
    for (int i = found.length - 1; i >= 0; i--) {
      rest = Math.min(rest, ReadingTime.micros(list.get(i).time()));
      found[i] = rest;
    }
    readings = list;
    least = found;
    return found;
  }
}
