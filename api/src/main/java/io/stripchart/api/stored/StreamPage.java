package io.stripchart.api.stored;

import io.stripchart.common.reading.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Readings in the order of their times, and of their series where times are equal.
 *
 * @param readings of the rows that were read, those that are wanted
 * @param ids of their series
 * @param end behind the last row; null if no row was read
 * @param isFull whether there may be more rows behind the last one
 */
public record StreamPage(List<Reading> readings, List<Integer> ids, Place end, boolean isFull) {
  public static final StreamPage EMPTY = new StreamPage(List.of(), List.of(), null, false);

  /** The place of a reading. */
  public Place place(int index) {
    return new Place(readings.get(index).time(), ids.get(index));
  }

  /** With those of its readings whose places are wanted. */
  public StreamPage only(Predicate<Place> wanted) {
    var left = new ArrayList<Reading>();
    var leftIds = new ArrayList<Integer>();
    for (int i = 0; i < readings.size(); i++) {
      if (!wanted.test(place(i))) continue;
      left.add(readings.get(i));
      leftIds.add(ids.get(i));
    }
    return left.size() == readings.size() ? this : new StreamPage(left, leftIds, end, isFull);
  }
}
