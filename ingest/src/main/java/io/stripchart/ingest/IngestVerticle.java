package io.stripchart.ingest;

import io.stripchart.common.Surroundings;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.broker.Source;
import io.stripchart.common.broker.StampLease;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.control.FeedSwitch;
import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.ingest.control.ControlPublisher;
import io.stripchart.ingest.control.FeedSwitchStore;
import io.stripchart.ingest.control.FeedSwitching;
import io.stripchart.ingest.feed.Feeds;
import io.stripchart.ingest.feed.Intake;
import io.stripchart.ingest.protocol.FeedProtocol;
import io.stripchart.ingest.push.PushDesk;
import io.stripchart.ingest.push.PushLimits;
import io.stripchart.ingest.push.PushServer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes readings from feeds and pushes, and publishes them. One instance a process. */
public final class IngestVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(IngestVerticle.class);
  // Time limits of the steps of stopping, one after the other: 7 s, which a process leaves for it.
  private static final Duration FEEDS_CLOSE = Duration.ofSeconds(1);
  private static final Duration DRAIN = Duration.ofSeconds(4);
  private static final Duration PUBLISHERS_CLOSE = DRAIN.plusSeconds(1);
  private static final Duration REST_CLOSE = Duration.ofSeconds(1);
  private static final Duration SWITCH_PATIENCE = Duration.ofSeconds(3);
  private static final long STATUS_MILLIS = 1_000;
  private static final int MAX_WAITING_SWITCHES = 1_000;

  /** Room beyond the buffer for the readings of a single frame when it is nearly full. */
  private static final int SPARE = FeedProtocol.MAX_READINGS + 100;

  private final IngestSettings settings;
  private final Surroundings surroundings;
  private final Clock clock;
  private IngestMetrics metrics;
  private ArrivalClock arrivals;
  private StampLease stamps;
  private DurablePublisher feedPublisher;
  private DurablePublisher pushPublisher;
  private Intake intake;
  private Feeds feeds;
  private PushDesk desk;
  private PushServer server;
  private FeedSwitchStore store;
  private FeedSwitching switching;
  private volatile DurableConsumer switches;
  private boolean stopping;

  public IngestVerticle(IngestSettings settings, Surroundings surroundings) {
    this(settings, surroundings, Clock.systemUTC());
  }

  /**
   * @param clock by which readings are stamped that bring no time
   */
  IngestVerticle(IngestSettings settings, Surroundings surroundings, Clock clock) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.clock = clock;
  }

  /** The port of the HTTP push, once this is deployed. */
  public int port() {
    return server.port();
  }

  /**
   * @return completes when pushes are listened for; feeds connect in the background
   */
  @Override
  public Future<?> start() {
    metrics = new IngestMetrics(surroundings.metrics());
    feedPublisher = publisher("stripchart ingest feeds", settings.buffer() + SPARE);
    pushPublisher =
        publisher("stripchart ingest push", settings.pushWindow() + ControlPublisher.MAX_MESSAGES);
    arrivals = new ArrivalClock(clock);
    openFeeds();
    openPush();
    openSwitching();
    addHealth();
    return server
        .listen(surroundings.host(), settings.port())
        .onSuccess(listening -> log.info("event=push_listening port={}", port()))
        .onSuccess(listening -> openStamps())
        .recover(this::giveUp);
  }

  /** Closes what was opened, because a verticle that failed to start is not stopped. */
  private Future<Void> giveUp(Throwable failure) {
    var told =
        String.format(
            Locale.ROOT,
            "pushes cannot be listened for on %s:%d (STRIPCHART_INGEST_PORT): %s",
            surroundings.host(),
            settings.port(),
            OneLine.of(failure));
    return stop()
        .transform(stopped -> Future.failedFuture(new IllegalStateException(told, failure)));
  }

  private DurablePublisher publisher(String name, int capacity) {
    return DurablePublisher.open(
        vertx, surroundings.broker(), name, capacity, surroundings.metrics());
  }

  private void openFeeds() {
    intake = new Intake(feedPublisher, settings.buffer(), arrivals, surroundings.times(), metrics);
    feeds = new Feeds(vertx, settings.feeds(), intake, metrics);
  }

  private void openPush() {
    var patience = surroundings.broker().confirmTimeout();
    var limits = new PushLimits(settings.pushWindow(), patience);
    desk = new PushDesk(pushPublisher, arrivals, surroundings.times(), limits, metrics);
    server = new PushServer(vertx, surroundings.http(), desk, metrics);
  }

  private void openSwitching() {
    var few = new DatabaseSettings(surroundings.database().uri(), 1, SWITCH_PATIENCE);
    store = new FeedSwitchStore(Database.pool(vertx, few, "stripchart ingest"));
    var control = new ControlPublisher(pushPublisher);
    switching = new FeedSwitching(vertx, feeds, store, control);
    feeds.onChange(control::tell);
    vertx.setPeriodic(STATUS_MILLIS, tick -> feeds.statuses().forEach(control::tell));
  }

  /** Feeds start once their readings can be stamped. */
  private void openStamps() {
    var context = vertx.getOrCreateContext();
    stamps =
        StampLease.open(
            surroundings.broker(),
            "stripchart ingest clock",
            clock,
            arrivals,
            () -> context.runOnContext(granted -> startFeeds()));
  }

  private void startFeeds() {
    if (stopping) return;
    var requests =
        Source.listening(Topology.CONTROL, List.of(FeedSwitch.ROUTING_KEY), MAX_WAITING_SWITCHES);
    switches =
        DurableConsumer.open(
            vertx, surroundings.broker(), "stripchart ingest control", requests, switching);
    switching.start().onFailure(failure -> log.error("event=feeds_not_started", failure));
  }

  private void addHealth() {
    surroundings.health().add("ingest.publisher", this::publisherProblem);
    surroundings.health().add("ingest.control", this::controlProblem);
    surroundings.health().add("ingest.feeds", feeds::notStarted);
    surroundings.health().add("ingest.clock", arrivals::problem);
    surroundings
        .health()
        .add(
            "ingest.push",
            () -> server.isListening() ? Optional.empty() : Optional.of("does not listen"));
  }

  private Optional<String> publisherProblem() {
    return feedPublisher
        .problem()
        .or(pushPublisher::problem)
        .map(
            problem ->
                String.format(
                    Locale.ROOT,
                    "%s; %d of %d readings of feeds wait",
                    problem,
                    feedPublisher.held(),
                    settings.buffer()));
  }

  private Optional<String> controlProblem() {
    var consumer = switches;
    return consumer != null && consumer.isConsuming()
        ? Optional.empty()
        : Optional.of("does not listen for feeds to be switched");
  }

  /**
   * Stops accepting, waits up to 4 s for the broker's confirms, and closes, within 7 s altogether.
   * Each step runs even if an earlier one failed.
   */
  @Override
  public Future<?> stop() {
    stopping = true;
    desk.close();
    switching.close();
    return within(FEEDS_CLOSE, feeds.close())
        .eventually(() -> within(PUBLISHERS_CLOSE, closePublishers()))
        .eventually(this::tellWhatIsLeft)
        .eventually(() -> within(REST_CLOSE, closeTheRest()))
        .eventually(this::forget);
  }

  private static <T> Future<T> within(Duration limit, Future<T> closing) {
    return closing.timeout(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Future<?> closePublishers() {
    intake.close();
    return Future.join(feedPublisher.close(DRAIN), pushPublisher.close(DRAIN));
  }

  private Future<Void> tellWhatIsLeft() {
    long lost = intake.lost();
    if (lost > 0) {
      log.error("event=readings_lost count={}; the broker did not confirm them in time", lost);
    }
    return Future.succeededFuture();
  }

  private Future<?> closeTheRest() {
    var consumer = switches;
    Future<?> listening = consumer == null ? Future.succeededFuture() : consumer.close();
    return Future.join(server.close(), listening, store.close(), closeStamps());
  }

  private Future<?> closeStamps() {
    if (stamps == null) return Future.succeededFuture();
    return vertx.executeBlocking(
        () -> {
          stamps.close();
          return null;
        });
  }

  private Future<Void> forget() {
    for (var check :
        List.of(
            "ingest.publisher", "ingest.control", "ingest.feeds", "ingest.clock", "ingest.push")) {
      surroundings.health().remove(check);
    }
    metrics.close();
    return Future.succeededFuture();
  }
}
