package io.stripchart.api.live;

/** Told, just before a subscriber is given an event, of what it lost before. */
public interface Losses {
  /** So many events were dropped. */
  void missed(long events);

  /** Events may have been missed, nobody knows which. */
  void gap();
}
