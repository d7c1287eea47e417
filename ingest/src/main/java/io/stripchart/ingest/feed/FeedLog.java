package io.stripchart.ingest.feed;

import io.stripchart.ingest.IngestMetrics;
import io.stripchart.ingest.protocol.BadFrame;
import io.stripchart.ingest.protocol.Event;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs and counts what happens to one feed; what could repeat, once a minute at most. */
final class FeedLog {
  private static final Logger log = LoggerFactory.getLogger(FeedLog.class);

  private enum Outage {
    NOT_CONNECTED
  }

  private final Feed feed;
  private final IngestMetrics metrics;
  private final LogLimits<BadFrame> badFrames = new LogLimits<>(BadFrame.class, System::nanoTime);
  private final LogLimits<Outage> outages = new LogLimits<>(Outage.class, System::nanoTime);
  private Instant gapFrom;
  private String gapWhy;

  FeedLog(Feed feed, IngestMetrics metrics) {
    this.feed = feed;
    this.metrics = metrics;
  }

  void connected() {
    if (gapFrom == null) {
      log.info("event=feed_connected feed={} url={}", feed.series(), feed.address().shown());
      return;
    }
    log.warn(
        "event=feed_gap feed={} from={} to={} why=\"{}\"",
        feed.series(),
        gapFrom,
        Instant.now(),
        gapWhy);
    gapForgotten();
  }

  /**
   * @param wasConnected whether a connection was lost, rather than not made
   * @param lastHeard what is missing begins here at the earliest
   */
  void lost(String why, boolean wasConnected, Instant lastHeard) {
    if (wasConnected) {
      metrics.gap();
      gapFrom = lastHeard;
      gapWhy = why;
    }
    outages
        .admit(Outage.NOT_CONNECTED)
        .ifPresent(
            heldBack ->
                log.warn(
                    "event=feed_away feed={} url={} why=\"{}\" held_back={}; trying again until it"
                        + " answers",
                    feed.series(),
                    feed.address().shown(),
                    why,
                    heldBack));
  }

  void gapForgotten() {
    gapFrom = null;
    gapWhy = null;
  }

  void bad(Event.Bad bad) {
    metrics.badFrame(bad.kind());
    badFrames
        .admit(bad.kind())
        .ifPresent(
            heldBack ->
                log.warn(
                    "event=bad_frame feed={} kind={} problem=\"{}\" held_back={}",
                    feed.series(),
                    bad.kind(),
                    bad.problem(),
                    heldBack));
  }
}
