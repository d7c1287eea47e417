package io.stripchart.api.stored;

import java.time.Instant;
import java.util.Comparator;

/**
 * A place among readings in the order of their times, and of their series where times are equal.
 *
 * @param time of the reading that it is behind
 * @param seriesId of that reading
 */
public record Place(Instant time, int seriesId) implements Comparable<Place> {
  private static final Comparator<Place> ORDER =
      Comparator.comparing(Place::time).thenComparing(Place::seriesId);

  /** Behind all readings of a time. */
  public static Place after(Instant time) {
    return new Place(time, Integer.MAX_VALUE);
  }

  /** Before all readings of a time, and behind all earlier ones. */
  public static Place before(Instant time) {
    return new Place(time, 0);
  }

  @Override
  public int compareTo(Place other) {
    return ORDER.compare(this, other);
  }

  public boolean isBehindAllOfItsTime() {
    return seriesId == Integer.MAX_VALUE;
  }
}
