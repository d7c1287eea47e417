package io.stripchart.ingest.feed;

import io.stripchart.common.Backoff;
import io.stripchart.common.control.FeedStatus;
import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.TimeFields;
import io.stripchart.ingest.IngestMetrics;
import io.stripchart.ingest.feed.ProtocolSearch.Outcome;
import io.stripchart.ingest.protocol.BadFrame;
import io.stripchart.ingest.protocol.Event;
import io.stripchart.ingest.protocol.Subprotocol;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Keeps one feed subscribed while it is on: it reconnects after each end, with back-off, without
 * limit. Failures do not affect other feeds. Belongs to one context.
 */
final class RunningFeed implements Subscription.Listener, FeedIntake.Tap {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(30));

  /** A connection that was open for so long was a success: back-off starts from the beginning. */
  private static final Duration STABLE = Duration.ofSeconds(30);

  private static final Duration ONE_SECOND = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final Feed feed;
  private final ArrivalClock clock;
  private final AcceptableTimes times;
  private final FeedState state;
  private final FeedLog log;
  private final FeedIntake intake;
  private final Dialer dialer;
  private final ProtocolSearch search;
  private final Set<String> reasons = new LinkedHashSet<>();
  private Subscription subscription;
  private volatile String notStarted;
  private long timer = -1;
  private long acceptedAt;
  private int failures;

  /**
   * @param changed called whenever its status has changed
   */
  RunningFeed(Vertx vertx, Feed feed, Intake intake, IngestMetrics metrics, Runnable changed) {
    this.vertx = vertx;
    this.feed = feed;
    this.clock = intake.clock();
    this.times = intake.times();
    this.state = new FeedState(feed, changed);
    this.log = new FeedLog(feed, metrics);
    this.intake = intake.open(feed.series(), this);
    this.dialer = new Dialer(vertx, feed);
    this.search = new ProtocolSearch(feed.request().protocol());
  }

  void start() {
    if (state.isOn()) return;
    failures = 0;
    state.become(FeedStatus.State.CONNECTING);
    subscribe();
  }

  private void subscribe() {
    timer = -1;
    try {
      var attempt = search.next();
      subscription = Subscription.open(vertx, feed, dialer, attempt, intake.isPaused(), this);
      notStarted = null;
    } catch (RuntimeException e) {
      // A bug, or a setting that was not validated: other feeds and later attempts continue.
      subscription = null;
      notStarted = OneLine.of(e);
      log.notStarted(e);
      state.failed("could not be started: " + notStarted);
      again(BACKOFF.max());
    }
  }

  private void again(Duration atMost) {
    var delay = BACKOFF.delay(failures++, ThreadLocalRandom.current());
    if (delay.compareTo(atMost) > 0) delay = atMost;
    timer = vertx.setTimer(Math.max(1, delay.toMillis()), due -> subscribe());
  }

  void stop() {
    if (!state.isOn()) return;
    if (timer >= 0) vertx.cancelTimer(timer);
    timer = -1;
    if (subscription != null) subscription.abandon();
    subscription = null;
    notStarted = null;
    log.gapForgotten();
    state.become(FeedStatus.State.OFF);
  }

  Future<Void> close() {
    stop();
    return dialer.close();
  }

  FeedStatus status() {
    return state.status();
  }

  /** Why it could not even try to connect; empty if it could, or is off. Any thread. */
  Optional<String> notStarted() {
    return Optional.ofNullable(notStarted);
  }

  @Override
  public void speaks(Subprotocol protocol) {
    search.speaks(protocol);
  }

  @Override
  public void accepted(Subprotocol protocol) {
    acceptedAt = System.nanoTime();
    state.connected(protocol);
    log.connected(protocol);
  }

  @Override
  public void worked() {
    search.worked();
    reasons.clear();
  }

  @Override
  public void value(Event.Value value) {
    try {
      var time =
          value.time() == null
              ? clock.next()
              : times.check(TimeFields.TIME, value.time(), Instant.now());
      state.received();
      intake.publish(new Reading(feed.series(), time, value.value()));
    } catch (MalformedReadingException e) {
      var body = "{\"value\":%s,\"time\":\"%s\"}".formatted(value.value(), value.time());
      bad(new Event.Bad(BadFrame.BAD_TIME, e.getMessage(), true), Buffer.buffer(body));
    }
  }

  @Override
  public void bad(Event.Bad bad, Buffer frame) {
    log.bad(bad);
    if (frame != null) intake.deadLetter(frame.getBytes(), bad.problem());
  }

  @Override
  public void ended(Subscription.Ending ending) {
    subscription = null;
    boolean wasConnected = state.is(FeedStatus.State.CONNECTED);
    if (wasConnected && System.nanoTime() - acceptedAt >= STABLE.toNanos()) failures = 0;
    boolean atOnce = search.ended(ending.outcome());
    if (wasConnected && !atOnce) {
      state.lost();
      log.lost(ending);
    }
    if (ending.outcome() != Outcome.PICKED_NONE) reasons.add(ending.reason());
    if (!atOnce || ending.outcome() == Outcome.SILENT) failed(ending.outcome());
    state.become(FeedStatus.State.CONNECTING);
    if (atOnce) {
      timer = vertx.setTimer(1, due -> subscribe());
    } else {
      // A feed that is only slow is not left for longer than it was waited for.
      again(ending.overdue() ? max(feed.idle(), ONE_SECOND) : BACKOFF.max());
    }
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  /** Reports everything that was tried since the last time. */
  private void failed(Outcome outcome) {
    var why = String.join("; ", reasons);
    reasons.clear();
    state.failed(why);
    log.away(outcome, why);
  }

  @Override
  public void pause() {
    if (subscription != null) subscription.pause();
  }

  @Override
  public void resume() {
    if (subscription != null) subscription.resume();
  }
}
