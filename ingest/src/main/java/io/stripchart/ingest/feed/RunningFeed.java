package io.stripchart.ingest.feed;

import io.stripchart.common.Backoff;
import io.stripchart.common.control.FeedStatus;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.Reading;
import io.stripchart.ingest.IngestMetrics;
import io.stripchart.ingest.ReadingTimes;
import io.stripchart.ingest.protocol.BadFrame;
import io.stripchart.ingest.protocol.Event;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Keeps one feed subscribed while it is on: whatever ends, it subscribes anew, with back-off, for
 * ever. Belongs to one context.
 */
final class RunningFeed implements Subscription.Listener, FeedIntake.Tap {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(30));

  private final Vertx vertx;
  private final Feed feed;
  private final ArrivalClock clock;
  private final FeedState state;
  private final FeedLog log;
  private final FeedIntake intake;
  private final Dialer dialer;
  private Subscription subscription;
  private long timer = -1;
  private int failures;

  /**
   * @param changed told whenever its status has changed
   */
  RunningFeed(Vertx vertx, Feed feed, Intake intake, IngestMetrics metrics, Runnable changed) {
    this.vertx = vertx;
    this.feed = feed;
    this.clock = intake.clock();
    this.state = new FeedState(feed, changed);
    this.log = new FeedLog(feed, metrics);
    this.intake = intake.open(feed.series(), this);
    this.dialer = new Dialer(vertx, feed);
  }

  void start() {
    if (state.isOn()) return;
    failures = 0;
    state.become(FeedStatus.State.CONNECTING);
    subscribe();
  }

  private void subscribe() {
    timer = -1;
    subscription = Subscription.open(vertx, feed, dialer, intake.isPaused(), this);
  }

  void stop() {
    if (!state.isOn()) return;
    if (timer >= 0) vertx.cancelTimer(timer);
    timer = -1;
    if (subscription != null) subscription.abandon();
    subscription = null;
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

  @Override
  public void accepted() {
    state.become(FeedStatus.State.CONNECTED);
    log.connected();
  }

  @Override
  public void value(Event.Value value) {
    failures = 0;
    try {
      var time =
          value.time() == null ? clock.next() : ReadingTimes.check(value.time(), Instant.now());
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
  public void ended(String why, Instant lastHeard) {
    subscription = null;
    boolean wasConnected = state.is(FeedStatus.State.CONNECTED);
    if (wasConnected) state.lost();
    log.lost(why, wasConnected, lastHeard);
    state.become(FeedStatus.State.CONNECTING);
    var delay = BACKOFF.delay(failures++, ThreadLocalRandom.current());
    timer = vertx.setTimer(Math.max(1, delay.toMillis()), due -> subscribe());
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
