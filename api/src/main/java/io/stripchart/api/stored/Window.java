package io.stripchart.api.stored;

import io.stripchart.api.ApiException;
import java.time.Instant;

/**
 * Readings with {@code after ≤ time < before}.
 *
 * @param after null if it is open
 * @param before null if it is open
 */
public record Window(Instant after, Instant before) {
  /**
   * A requested range.
   *
   * @param from name of the argument for its begin, as {@code to} for its end
   * @throws ApiException unless it ends after it begins
   */
  public static Window of(String from, Instant after, String to, Instant before) {
    if (after != null && before != null && !after.isBefore(before)) {
      throw ApiException.badArgument(
          to, "after " + from + ", which is " + after + ", is " + before);
    }
    return new Window(after, before);
  }
}
