package io.stripchart.ingest.feed;

import io.stripchart.common.control.FeedStatus;
import java.time.Instant;

/** How a feed is doing. */
final class FeedState {
  private final Feed feed;
  private final Runnable changed;
  private FeedStatus.State state = FeedStatus.State.OFF;
  private Instant since = Instant.now();
  private long received;
  private long gaps;

  FeedState(Feed feed, Runnable changed) {
    this.feed = feed;
    this.changed = changed;
  }

  void become(FeedStatus.State next) {
    if (state == next) return;
    state = next;
    since = Instant.now();
    changed.run();
  }

  boolean is(FeedStatus.State asked) {
    return state == asked;
  }

  boolean isOn() {
    return state != FeedStatus.State.OFF;
  }

  void received() {
    received++;
  }

  void lost() {
    gaps++;
  }

  FeedStatus status() {
    return new FeedStatus(feed.series(), feed.address().shown(), state, since, received, gaps);
  }
}
