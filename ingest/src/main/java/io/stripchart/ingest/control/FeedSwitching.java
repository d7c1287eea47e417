package io.stripchart.ingest.control;

import io.stripchart.common.Backoff;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.control.FeedSwitch;
import io.stripchart.common.control.FeedSwitched;
import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.ingest.feed.Feeds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Switches feeds on request, one request after the other, and keeps the switches in the database: a
 * switch takes effect once it is written. While the database cannot be asked, feeds are on. Belongs
 * to one context.
 */
public final class FeedSwitching implements DurableConsumer.Handler {
  private static final Logger log = LoggerFactory.getLogger(FeedSwitching.class);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
  private static final int MAX_WAITING = 100;

  private final Vertx vertx;
  private final Feeds feeds;
  private final FeedSwitchStore store;
  private final ControlPublisher answers;
  private Future<?> tail = Future.succeededFuture();
  private int waiting;
  private long timer = -1;
  private int failures;
  private boolean closed;

  public FeedSwitching(Vertx vertx, Feeds feeds, FeedSwitchStore store, ControlPublisher answers) {
    this.vertx = vertx;
    this.feeds = feeds;
    this.store = store;
    this.answers = answers;
  }

  /**
   * Starts the feeds that are on, as soon as the database says which, or fails to.
   *
   * @return completes when they are started
   */
  public Future<Void> start() {
    if (feeds.names().isEmpty()) return Future.succeededFuture();
    return inOrder(
        () ->
            Future.succeededFuture()
                .compose(ready -> store.read(feeds.names()))
                .recover(
                    failure -> {
                      cannotRead(failure);
                      return Future.succeededFuture(Map.<String, Boolean>of());
                    })
                .<Void>map(
                    switches -> {
                      if (closed) return null;
                      feeds
                          .names()
                          .forEach(feed -> feeds.turn(feed, switches.getOrDefault(feed, true)));
                      return null;
                    }));
  }

  /** Applies the switches in the database, as soon as it answers. */
  private void readAgain() {
    timer = -1;
    inOrder(() -> store.read(feeds.names()).onSuccess(this::apply).onFailure(this::cannotRead))
        .onFailure(failure -> log.debug("event=switches_not_read", failure));
  }

  private void apply(Map<String, Boolean> switches) {
    if (closed) return;
    failures = 0;
    switches.forEach(feeds::turn);
  }

  private void cannotRead(Throwable failure) {
    if (closed || timer >= 0) return;
    if (failures == 0) {
      log.warn(
          "event=feed_switches_unknown cause=\"{}\"; feeds are on until they can be read",
          OneLine.of(failure));
    }
    var delay = BACKOFF.delay(failures++, ThreadLocalRandom.current());
    timer = vertx.setTimer(Math.max(1, delay.toMillis()), due -> readAgain());
  }

  @Override
  public void deliver(List<Delivery> deliveries) {
    for (var delivery : deliveries) {
      try {
        requested(FeedSwitch.decode(delivery.body()));
      } catch (MalformedReadingException e) {
        log.warn("event=bad_feed_switch problem=\"{}\"", OneLine.of(e));
      }
    }
  }

  private void requested(FeedSwitch request) {
    // A feed of another process, or of none. In the latter case no process answers, and the sender
    // times out.
    if (closed || !feeds.has(request.feed())) return;
    if (waiting >= MAX_WAITING) {
      answer(request, MAX_WAITING + " switches are waiting already");
      return;
    }
    waiting++;
    inOrder(() -> turn(request))
        .onComplete(done -> waiting--)
        .onFailure(failure -> log.debug("event=feed_not_switched", failure));
  }

  private Future<Void> turn(FeedSwitch request) {
    if (closed) return Future.succeededFuture();
    return store
        .write(request.feed(), request.on())
        .onSuccess(
            written -> {
              if (closed) return;
              var problem = feeds.turn(request.feed(), request.on());
              log.info("event=feed_switched feed={} on={}", request.feed(), request.on());
              answer(request, problem.map(why -> "could not be started: " + why).orElse(null));
            })
        .onFailure(
            failure -> {
              log.warn(
                  "event=feed_switch_failed feed={} cause=\"{}\"",
                  request.feed(),
                  OneLine.of(failure));
              answer(request, "the database did not keep it; see the log of ingest");
              // The row may have been written nevertheless, and then it counts.
              cannotRead(failure);
            });
  }

  private void answer(FeedSwitch request, String problem) {
    answers.answer(new FeedSwitched(request.request(), request.feed(), request.on(), problem));
  }

  private <T> Future<T> inOrder(Supplier<Future<T>> step) {
    var done = tail.transform(previous -> step.get());
    tail = done;
    return done;
  }

  /** Does nothing more. */
  public void close() {
    closed = true;
    if (timer >= 0) vertx.cancelTimer(timer);
  }
}
