package io.stripchart.api.live;

import java.time.Instant;

/** Called just before a subscriber receives an event, with the extensions of the event. */
public interface Losses {
  /** So many events were dropped before it. */
  void missed(long events);

  /** Unknown events before it may have been missed. */
  void gap();

  /**
   * A client that subscribes again from there receives everything that this process had received
   * and not delivered. Readings committed with an earlier time while the client is not subscribed
   * are missed.
   */
  void resumesFrom(Instant since);

  /** Who subscribes again behind this cursor is given all that was not given, and nothing twice. */
  void resumesBehind(String cursor);

  /**
   * The subscription was resumed after a cursor: it receives only what was not delivered before.
   *
   * @param exactly otherwise by time, so some may have been delivered before, and some may be
   *     missed
   */
  void resumed(boolean exactly);
}
