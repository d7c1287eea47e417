package io.stripchart.ingest.feed;

import io.stripchart.common.control.FeedStatus;
import io.stripchart.ingest.IngestMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** All feeds of this process, each on or off. Belongs to one context. */
public final class Feeds {
  private static final int MAX_TOLD = 5;

  private final Map<String, RunningFeed> feeds = new LinkedHashMap<>();
  private final AtomicInteger connected = new AtomicInteger();
  private Consumer<FeedStatus> onChange = status -> {};

  /** None of them runs yet. */
  public Feeds(Vertx vertx, Collection<Feed> configured, Intake intake, IngestMetrics metrics) {
    for (var feed : configured) {
      feeds.put(
          feed.series(),
          new RunningFeed(vertx, feed, intake, metrics, () -> changed(feed.series())));
    }
    metrics.show("stripchart.feeds.configured", "Feeds of this process", feeds::size);
    metrics.show("stripchart.feeds.connected", "Feeds that are subscribed", connected::get);
  }

  /** Sets the listener for changes of feeds, called on the context. */
  public void onChange(Consumer<FeedStatus> handler) {
    onChange = handler;
  }

  private void changed(String series) {
    connected.set(
        (int)
            statuses().stream()
                .filter(status -> status.state() == FeedStatus.State.CONNECTED)
                .count());
    onChange.accept(feeds.get(series).status());
  }

  public boolean has(String series) {
    return feeds.containsKey(series);
  }

  /**
   * Starts or stops a feed; does nothing if it is so already. Does not throw, whatever is wrong
   * with the feed.
   *
   * @return why it could not be started, which is tried again; empty if it could
   */
  public Optional<String> turn(String series, boolean on) {
    var feed = feeds.get(series);
    if (on) {
      feed.start();
    } else {
      feed.stop();
    }
    return feed.notStarted();
  }

  /** Which feeds could not be started, and why; empty if none. Safe for any thread. */
  public Optional<String> notStarted() {
    var told =
        feeds.entrySet().stream()
            .flatMap(
                feed ->
                    feed.getValue().notStarted().map(why -> feed.getKey() + ": " + why).stream())
            .toList();
    if (told.isEmpty()) return Optional.empty();
    int more = told.size() - MAX_TOLD;
    var some = String.join("; ", told.subList(0, Math.min(MAX_TOLD, told.size())));
    return Optional.of("could not be started: " + some + (more > 0 ? "; " + more + " more" : ""));
  }

  public List<FeedStatus> statuses() {
    return feeds.values().stream().map(RunningFeed::status).toList();
  }

  public Collection<String> names() {
    return List.copyOf(feeds.keySet());
  }

  /** Ends all connections. */
  public Future<Void> close() {
    return Future.join(feeds.values().stream().map(RunningFeed::close).toList()).mapEmpty();
  }
}
