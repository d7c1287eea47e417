package io.stripchart.ingest.feed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.control.FeedStatus;
import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.settings.Secret;
import io.stripchart.ingest.IngestMetrics;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Feeds that run without a broker: their readings are counted and discarded. */
final class LoneFeeds implements AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final int BUFFER = 10_000;

  private final Context context;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final DurablePublisher publisher;
  private final Feeds feeds;

  private LoneFeeds(Vertx vertx, List<Feed> configured) {
    context = vertx.getOrCreateContext();
    var settings = BrokerSettings.of(new Secret("amqp://127.0.0.1:1"));
    publisher =
        onContext(() -> DurablePublisher.open(vertx, settings, "test", 2 * BUFFER, registry));
    feeds =
        onContext(
            () -> {
              var metrics = new IngestMetrics(registry);
              var clock = new ArrivalClock(Clock.systemUTC());
              var intake = new Intake(publisher, BUFFER, clock, AcceptableTimes.DEFAULT, metrics);
              return new Feeds(vertx, configured, intake, metrics);
            });
  }

  /** Starts feeds as a file of feeds has them, where ' stands for ". */
  static LoneFeeds start(Vertx vertx, String json) {
    return start(vertx, FeedFile.parse(Buffer.buffer(json.replace('\'', '"')), IDLE));
  }

  static LoneFeeds start(Vertx vertx, List<Feed> configured) {
    var lone = new LoneFeeds(vertx, configured);
    configured.forEach(feed -> lone.turn(feed.series(), true));
    return lone;
  }

  private <T> T onContext(Supplier<T> step) {
    var done = Promise.<T>promise();
    context.runOnContext(
        turn -> {
          try {
            done.complete(step.get());
          } catch (RuntimeException e) {
            done.fail(e);
          }
        });
    return done.future().await();
  }

  Optional<String> turn(String series, boolean on) {
    return onContext(() -> feeds.turn(series, on));
  }

  Optional<String> notStarted() {
    return feeds.notStarted();
  }

  FeedStatus status(String series) {
    return onContext(feeds::statuses).stream()
        .filter(status -> status.feed().equals(series))
        .findFirst()
        .orElseThrow();
  }

  FeedStatus awaitStatus(String series, Predicate<FeedStatus> wanted) {
    return await().atMost(30, SECONDS).until(() -> status(series), wanted);
  }

  /** Why the feed could not be connected, once it could not. */
  String awaitFailure(String series) {
    return awaitStatus(series, status -> status.lastFailure() != null).lastFailure().reason();
  }

  @Override
  public void close() {
    onContext(feeds::close).await();
    onContext(() -> publisher.close(Duration.ofMillis(1))).await();
  }
}
