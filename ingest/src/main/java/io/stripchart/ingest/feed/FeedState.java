package io.stripchart.ingest.feed;

import io.stripchart.common.control.FeedStatus;
import io.stripchart.common.operations.OneLine;
import io.stripchart.ingest.protocol.Subprotocol;
import java.time.Instant;

/** How a feed is doing. */
final class FeedState {
  private final Feed feed;
  private final Runnable changed;
  private FeedStatus.State state = FeedStatus.State.OFF;
  private Instant since = Instant.now();
  private Subprotocol protocol;
  private long received;
  private long gaps;
  private Instant lastReading;
  private FeedStatus.Failure lastFailure;

  FeedState(Feed feed, Runnable changed) {
    this.feed = feed;
    this.changed = changed;
  }

  void connected(Subprotocol spoken) {
    protocol = spoken;
    become(FeedStatus.State.CONNECTED);
  }

  void become(FeedStatus.State next) {
    if (state == next) return;
    if (next != FeedStatus.State.CONNECTED) protocol = null;
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
    lastReading = Instant.now();
  }

  void lost() {
    gaps++;
  }

  /** A connection failed or ended; published with the next change or second. */
  void failed(String reason) {
    lastFailure = new FeedStatus.Failure(OneLine.of(reason), Instant.now());
  }

  FeedStatus status() {
    return new FeedStatus(
        feed.series(),
        feed.address().shown(),
        state,
        since,
        received,
        gaps,
        lastReading,
        protocol == null ? null : protocol.id(),
        lastFailure);
  }
}
