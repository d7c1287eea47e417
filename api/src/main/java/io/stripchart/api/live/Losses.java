package io.stripchart.api.live;

import java.time.Instant;

/** Told, just before a subscriber is given an event, of what is to be told with it. */
public interface Losses {
  /** So many events were dropped before it. */
  void missed(long events);

  /** Events before it may have been missed, nobody knows which. */
  void gap();

  /**
   * Who subscribes again from there is given all that this process had heard of and not given.
   * Whatever is committed with an earlier time while nobody is subscribed is missed.
   */
  void resumesFrom(Instant since);

  /** Who subscribes again behind this cursor is given all that was not given, and nothing twice. */
  void resumesBehind(String cursor);

  /**
   * The subscription was resumed behind a cursor: all that it is given is what was not given
   * before.
   *
   * @param exactly else by time, so that some may have been given before, and some may be missed
   */
  void resumed(boolean exactly);
}
