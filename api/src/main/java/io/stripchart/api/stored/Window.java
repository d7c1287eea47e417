package io.stripchart.api.stored;

import io.stripchart.api.ApiException;
import java.time.Instant;

/**
 * Readings with {@code after ≤ time < before}.
 *
 * @param after null where it is open
 * @param before null where it is open
 */
public record Window(Instant after, Instant before) {
  /**
   * A window that somebody asks for.
   *
   * @param from name of the argument that is its begin, as {@code to} is that of its end
   * @throws ApiException where it does not end after it begins
   */
  public static Window of(String from, Instant after, String to, Instant before) {
    if (after != null && before != null && !after.isBefore(before)) {
      throw ApiException.badArgument(
          to, "after " + from + ", which is " + after + ", is " + before);
    }
    return new Window(after, before);
  }
}
