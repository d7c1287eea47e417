package io.stripchart.api.live;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.common.reading.ReadingTime;
import java.time.Instant;

/**
 * From which time a subscription can be resumed: the greatest one that it was given, unless earlier
 * readings wait to be given. Belongs to one context.
 */
final class ResumeTime {
  private static final long NONE = Long.MIN_VALUE;

  /** The greatest time that was delivered, or is not requested; in microseconds. */
  private long given = NONE;

  private long told = NONE;

  /** It begins behind this time. */
  void begin(Instant since) {
    given = ReadingTime.micros(since);
    told = given;
  }

  /**
   * A reading is delivered.
   *
   * @param time of it, in microseconds
   * @param least the least time of those not delivered yet
   * @param isWhole whether it is known what is not delivered yet; otherwise the time stays
   * @return the extensions of the event
   */
  Instant give(long time, long least, boolean isWhole) {
    given = Math.max(given, time);
    long resume = Math.min(given, least - 1);
    if (!isWhole) resume = Math.min(resume, told == NONE ? time - 1 : told);
    told = resume;
    return told();
  }

  private Instant told() {
    // No reading is earlier.
    return ReadingTime.ofMicros(Math.max(0, told));
  }

  /** The failure by which a subscription ends that the database does not answer in time. */
  ApiException unanswered(ApiException timeout) {
    return ApiException.ended(timeout, told == NONE ? null : told());
  }

  /** The failure by which a subscription ends that cannot be given everything. */
  ApiException tooFarBehind(String why) {
    if (told != NONE) return ApiException.behind(why, told());
    return new ApiException(
        Code.BEHIND, "this subscription is too far behind: " + why + "; subscribe again");
  }
}
