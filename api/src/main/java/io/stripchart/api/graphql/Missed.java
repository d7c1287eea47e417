package io.stripchart.api.graphql;

import io.stripchart.api.live.Losses;
import java.time.Instant;

/** What a subscription's next event is to tell besides itself. Belongs to one context. */
public final class Missed implements Losses {
  private Told untold = Told.NOTHING;

  /**
   * What an event tells besides itself.
   *
   * @param events that were dropped before it
   * @param gap whether others may have been missed
   * @param since from where the subscription can be resumed; null where it cannot
   */
  public record Told(long events, boolean gap, Instant since) {
    static final Told NOTHING = new Told(0, false, null);

    boolean isNothing() {
      return events == 0 && !gap && since == null;
    }
  }

  @Override
  public void missed(long events) {
    untold = new Told(untold.events + events, untold.gap, untold.since);
  }

  @Override
  public void gap() {
    untold = new Told(untold.events, true, untold.since);
  }

  @Override
  public void resumesFrom(Instant since) {
    untold = new Told(untold.events, untold.gap, since);
  }

  /** What came since it was asked last. */
  public Told take() {
    var taken = untold;
    untold = Told.NOTHING;
    return taken;
  }
}
