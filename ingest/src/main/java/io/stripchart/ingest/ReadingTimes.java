package io.stripchart.ingest;

import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import java.time.Duration;
import java.time.Instant;

/** Which times ingest takes from a source. */
public final class ReadingTimes {
  /** How far the source's clock may be ahead of ours. */
  public static final Duration MAX_AHEAD = Duration.ofMinutes(5);

  private ReadingTimes() {}

  /**
   * @return the time, truncated to microseconds
   * @throws MalformedReadingException where it is before 1970, or more than {@link #MAX_AHEAD}
   *     ahead
   */
  public static Instant check(Instant time, Instant now) {
    var latest = now.plus(MAX_AHEAD);
    if (time.isAfter(latest)) {
      throw new MalformedReadingException(
          "time: must not be more than 5 minutes ahead, is "
              + ReadingTime.format(time)
              + " and it is "
              + ReadingTime.format(now));
    }
    return Reading.checkTime(time);
  }
}
