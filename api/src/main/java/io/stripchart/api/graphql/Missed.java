package io.stripchart.api.graphql;

import io.stripchart.api.live.Losses;
import java.time.Instant;

/** Extensions of a subscription's next event. Belongs to one context. */
public final class Missed implements Losses {
  private Told untold = Told.NOTHING;

  /**
   * Extensions of an event.
   *
   * @param events number of events dropped before it
   * @param gap whether others may have been missed
   * @param since from where the subscription can be resumed; null if it cannot
   * @param cursor after which it can be resumed; null if it cannot
   * @param resumed {@code EXACT} or {@code BY_TIME} with the first event after resuming; otherwise
   *     null
   */
  public record Told(long events, boolean gap, Instant since, String cursor, String resumed) {
    static final Told NOTHING = new Told(0, false, null, null, null);

    boolean isNothing() {
      return equals(NOTHING);
    }
  }

  @Override
  public void missed(long events) {
    untold =
        new Told(untold.events + events, untold.gap, untold.since, untold.cursor, untold.resumed);
  }

  @Override
  public void gap() {
    untold = new Told(untold.events, true, untold.since, untold.cursor, untold.resumed);
  }

  @Override
  public void resumesFrom(Instant since) {
    untold = new Told(untold.events, untold.gap, since, untold.cursor, untold.resumed);
  }

  @Override
  public void resumesBehind(String cursor) {
    untold = new Told(untold.events, untold.gap, untold.since, cursor, untold.resumed);
  }

  @Override
  public void resumed(boolean exactly) {
    var how = exactly ? "EXACT" : "BY_TIME";
    untold = new Told(untold.events, untold.gap, untold.since, untold.cursor, how);
  }

  /** The extensions since the last call. */
  public Told take() {
    var taken = untold;
    untold = Told.NOTHING;
    return taken;
  }
}
