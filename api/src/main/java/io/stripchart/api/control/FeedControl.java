package io.stripchart.api.control;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.common.broker.BrokerException;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.broker.Message;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.control.FeedStatus;
import io.stripchart.common.control.FeedSwitch;
import io.stripchart.common.control.FeedSwitched;
import io.stripchart.common.reading.MalformedReadingException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Switches feeds by asking the ingest process that runs them, and hears how they are. Listens to
 * the control exchange on its own context; its public methods are for any context.
 */
public final class FeedControl implements DurableConsumer.Handler {
  private static final Logger log = LoggerFactory.getLogger(FeedControl.class);
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Shorter, so that a switch that was not sent by then never takes effect. */
  private static final Duration BROKER_PATIENCE = Duration.ofSeconds(4);

  static final int MAX_WAITING = 1_000;

  /** The messages that it listens to. */
  public static final List<String> BINDINGS =
      List.of(FeedStatus.ROUTING_KEY, FeedSwitched.ROUTING_KEY);

  private final Vertx vertx;
  private final HomeContext home;
  private final DurablePublisher publisher;
  private final KnownFeeds feeds;
  private final Map<String, Promise<Boolean>> waiting = new HashMap<>();

  public FeedControl(Vertx vertx, DurablePublisher publisher, KnownFeeds feeds) {
    this.vertx = vertx;
    this.home = new HomeContext(vertx);
    this.publisher = publisher;
    this.feeds = feeds;
  }

  /** The feeds that were heard of lately, by name. */
  public List<FeedStatus> feeds() {
    return feeds.all();
  }

  /**
   * @param feed null for the only one
   * @return how it is now, once that has taken effect; fails with {@link ApiException}
   */
  public Future<Boolean> toggle(String feed, boolean on) {
    return home.call(() -> ask(feeds.named(feed), on));
  }

  private Future<Boolean> ask(String feed, boolean on) {
    if (waiting.size() >= MAX_WAITING) {
      throw new ApiException(Code.LIMIT, "too many feeds are being switched; try again");
    }
    var request = UUID.randomUUID().toString();
    var answer = Promise.<Boolean>promise();
    waiting.put(request, answer);
    long timer = vertx.setTimer(PATIENCE.toMillis(), late -> answer.tryFail(tooLate(feed)));
    var message =
        new Message(
            Topology.CONTROL,
            FeedSwitch.ROUTING_KEY,
            new FeedSwitch(request, feed, on).encode(),
            Map.of(),
            false);
    publisher
        .publish(message, BROKER_PATIENCE)
        .onFailure(
            cause -> {
              if (wasSent(cause)) return;
              answer.tryFail(
                  new ApiException(
                      Code.BROKER_AWAY, "the broker is away: the feed was not switched"));
            });
    return answer
        .future()
        .onComplete(
            done -> {
              waiting.remove(request);
              vertx.cancelTimer(timer);
            });
  }

  private static boolean wasSent(Throwable cause) {
    return cause instanceof BrokerException broker && broker.fate() == BrokerException.Fate.UNKNOWN;
  }

  private static ApiException tooLate(String feed) {
    return new ApiException(
        Code.TIMEOUT,
        "feed "
            + feed
            + ": no ingest process has confirmed within "
            + PATIENCE.toSeconds()
            + " s that it was switched; it may take effect later");
  }

  @Override
  public void deliver(List<Delivery> deliveries) {
    for (var delivery : deliveries) {
      try {
        take(delivery);
      } catch (MalformedReadingException e) {
        log.warn("event=control_message_ignored reason=\"{}\"", e.getMessage());
      }
    }
  }

  private void take(Delivery delivery) {
    if (delivery.routingKey().equals(FeedStatus.ROUTING_KEY)) {
      feeds.heard(FeedStatus.decode(delivery.body()));
      return;
    }
    var switched = FeedSwitched.decode(delivery.body());
    var answer = waiting.get(switched.request());
    if (answer == null) return;
    if (switched.problem() == null) {
      answer.tryComplete(switched.on());
    } else {
      answer.tryFail(
          new ApiException(Code.REFUSED, "feed " + switched.feed() + ": " + switched.problem()));
    }
  }
}
