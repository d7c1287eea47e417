package io.stripchart.api.stored;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The requested page of a series' readings.
 *
 * @param window between the times and between the cursors
 * @param forward whether it begins at the start of the window, instead of ending at its end
 * @param behind whether a cursor is at that end
 */
public record PageRequest(Window window, int count, boolean forward, boolean behind) {
  public static final int MAX_READINGS = 10_000;

  /**
   * @param times of the readings
   * @param after a cursor's time: the page lies behind it; null if there is none
   * @param before a cursor's time: the page lies before it; null if there is none
   */
  public static PageRequest of(
      Window times, Instant after, Instant before, int count, boolean forward) {
    var begin = after == null ? null : after.plus(1, ChronoUnit.MICROS);
    var window = new Window(later(times.after(), begin), earlier(times.before(), before));
    return new PageRequest(window, count, forward, (forward ? after : before) != null);
  }

  private static Instant later(Instant one, Instant other) {
    if (one == null || other == null) return one == null ? other : one;
    return one.isAfter(other) ? one : other;
  }

  private static Instant earlier(Instant one, Instant other) {
    if (one == null || other == null) return one == null ? other : one;
    return one.isBefore(other) ? one : other;
  }

  /** Whether more follow the page that was answered. */
  public boolean hasNext(ReadingPage page) {
    return forward ? page.more() : behind;
  }

  /** Whether there are more before the page that was answered. */
  public boolean hasPrevious(ReadingPage page) {
    return forward ? behind : page.more();
  }
}
