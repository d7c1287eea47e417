package io.stripchart.compose.load;

import java.util.Locale;

/**
 * The outcome of a load.
 *
 * @param factories that were read
 * @param taken values that this run published, and that are stored
 * @param alreadyThere values that were stored before, at the same time
 * @param differing those of {@code alreadyThere} that are stored with another value, which stays
 * @param refused values, and other positions of the file, that cannot be loaded
 */
public record Report(long factories, long taken, long alreadyThere, long differing, long refused) {

  /** For people. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%,d factories: %,d values taken, %,d already there (%,d of them with another value: the"
            + " first stays), %,d refused",
        factories,
        taken,
        alreadyThere,
        differing,
        refused);
  }
}
