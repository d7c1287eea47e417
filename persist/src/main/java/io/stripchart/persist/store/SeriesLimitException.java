package io.stripchart.persist.store;

import java.util.Locale;
import java.util.Set;

/**
 * A transaction was given up, as it would have made more series than there may be. Without the
 * readings of these series it can be stored.
 */
public final class SeriesLimitException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Set<String> refused;

  /**
   * @param refused names of series that were not made
   * @param max series of the database
   */
  public SeriesLimitException(Set<String> refused, int max) {
    super(
        String.format(
            Locale.ROOT,
            "series: there may be %,d of them, and this one would be new; raise"
                + " STRIPCHART_SERIES_MAX, or publish under the name of one that exists",
            max),
        null,
        false,
        false);
    this.refused = Set.copyOf(refused);
  }

  /** Whether it is one of those that were not made. */
  public boolean refuses(String series) {
    return refused.contains(series);
  }
}
