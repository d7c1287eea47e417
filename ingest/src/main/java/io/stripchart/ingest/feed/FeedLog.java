package io.stripchart.ingest.feed;

import io.stripchart.ingest.IngestMetrics;
import io.stripchart.ingest.feed.ProtocolSearch.Outcome;
import io.stripchart.ingest.protocol.BadFrame;
import io.stripchart.ingest.protocol.Event;
import io.stripchart.ingest.protocol.Subprotocol;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs and counts events of one feed; each kind of line at most once a minute. */
final class FeedLog {
  private static final Logger log = LoggerFactory.getLogger(FeedLog.class);

  private enum Line {
    CONNECTED,
    GAP,
    NOT_STARTED
  }

  private final Feed feed;
  private final IngestMetrics metrics;
  private final LogLimits<BadFrame> badFrames;
  private final LogLimits<Outcome> outages;
  private final LogLimits<Line> lines;
  private Instant gapFrom;
  private String gapWhy;

  FeedLog(Feed feed, IngestMetrics metrics) {
    this(feed, metrics, System::nanoTime);
  }

  FeedLog(Feed feed, IngestMetrics metrics, LongSupplier nanoTime) {
    this.feed = feed;
    this.metrics = metrics;
    this.badFrames = new LogLimits<>(BadFrame.class, nanoTime);
    this.outages = new LogLimits<>(Outcome.class, nanoTime);
    this.lines = new LogLimits<>(Line.class, nanoTime);
  }

  void connected(Subprotocol protocol) {
    if (gapFrom != null) {
      gapEnded();
      return;
    }
    lines
        .admit(Line.CONNECTED)
        .ifPresent(
            heldBack ->
                log.info(
                    "event=feed_connected feed={} url={} protocol={} held_back={}",
                    feed.series(),
                    feed.address().shown(),
                    protocol.id(),
                    heldBack));
  }

  private void gapEnded() {
    lines
        .admit(Line.GAP)
        .ifPresent(
            heldBack ->
                log.warn(
                    "event=feed_gap feed={} from={} to={} why=\"{}\" held_back={}",
                    feed.series(),
                    gapFrom,
                    Instant.now(),
                    gapWhy,
                    heldBack));
    gapForgotten();
  }

  /** A connection was lost. The gap begins, at the earliest, when data last arrived. */
  void lost(Subscription.Ending ending) {
    metrics.gap();
    gapFrom = ending.lastHeard();
    gapWhy = ending.reason();
  }

  void away(Outcome outcome, String why) {
    outages
        .admit(outcome)
        .ifPresent(
            heldBack ->
                log.warn(
                    "event=feed_away feed={} url={} kind={} why=\"{}\" held_back={}; trying again"
                        + " until it answers",
                    feed.series(),
                    feed.address().shown(),
                    outcome,
                    why,
                    heldBack));
  }

  void notStarted(RuntimeException failure) {
    lines
        .admit(Line.NOT_STARTED)
        .ifPresent(
            heldBack ->
                log.error(
                    "event=feed_not_started feed={} held_back={}",
                    feed.series(),
                    heldBack,
                    failure));
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
