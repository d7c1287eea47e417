package io.stripchart.api.stored;

import io.stripchart.common.reading.Reading;
import java.util.List;

/**
 * A page of a series' readings.
 *
 * @param readings in time order
 * @param more whether there are more in the direction in which it was read
 */
public record ReadingPage(List<Reading> readings, boolean more) {
  public ReadingPage {
    readings = List.copyOf(readings);
  }
}
