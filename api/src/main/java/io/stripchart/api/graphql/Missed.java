package io.stripchart.api.graphql;

import io.stripchart.api.live.Losses;

/** What a subscription lost and has not told of yet. Belongs to one context. */
public final class Missed implements Losses {
  private Told untold = Told.NOTHING;

  /**
   * What an event tells of those before it.
   *
   * @param events that were dropped
   * @param gap whether others may have been missed
   */
  public record Told(long events, boolean gap) {
    static final Told NOTHING = new Told(0, false);

    boolean isNothing() {
      return events == 0 && !gap;
    }
  }

  @Override
  public void missed(long events) {
    untold = new Told(untold.events + events, untold.gap);
  }

  @Override
  public void gap() {
    untold = new Told(untold.events, true);
  }

  /** What was lost since it was asked last. */
  public Told take() {
    var taken = untold;
    untold = Told.NOTHING;
    return taken;
  }
}
