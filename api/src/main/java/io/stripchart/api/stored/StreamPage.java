package io.stripchart.api.stored;

import io.stripchart.common.reading.Reading;
import java.util.List;

/**
 * Readings in the order of their times, and of their series where times are equal.
 *
 * @param readings of the rows that were read, those that are wanted
 * @param end behind the last row; null where no row was read
 * @param isFull whether there may be more rows behind the last one
 */
public record StreamPage(List<Reading> readings, Place end, boolean isFull) {
  static final StreamPage EMPTY = new StreamPage(List.of(), null, false);
}
