package io.stripchart.api.live;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.CacheLimits;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.StreamQueries;
import io.stripchart.api.stream.StoredStream;
import io.stripchart.api.turns.Subscriptions;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.reactivestreams.Publisher;

/**
 * Subscriptions to stored readings on one event loop: the one that created it, where all methods
 * are called.
 */
public final class LiveReadings {
  private static final long CHECK_MILLIS = 5_000;

  /** That a reading takes in a window. */
  private static final int READING_BYTES = 16;

  private final Vertx vertx;
  private final ReadingQueries queries;
  private final Loop loop;
  private final DatabasePages pages;
  private final Readiness readiness;
  private final StoredStream stream;
  private final ApiMetrics metrics;
  private final LiveDesk desk = new LiveDesk();
  private final LiveInbox inbox;
  private final Map<WindowKey, LiveWindow> windows = new HashMap<>();
  private final long maxWindowReadings;
  private final Set<Following> following = new LinkedHashSet<>();
  private final long checking;
  private final Subscriptions subscriptions;
  private long windowReadings;

  private record WindowKey(String series, int size) {}

  /**
   * @param history reads of subscribers in the past
   */
  public LiveReadings(
      Vertx vertx,
      ReadingQueries queries,
      StreamQueries history,
      StoredStream stream,
      ApiMetrics metrics,
      CacheLimits caches,
      Subscriptions subscriptions) {
    this.vertx = vertx;
    this.subscriptions = subscriptions;
    this.maxWindowReadings = caches.averageReadings() / READING_BYTES;
    this.queries = queries;
    this.stream = stream;
    this.metrics = metrics;
    this.pages = new DatabasePages(history, stream, metrics);
    this.readiness = new Readiness(vertx, stream);
    this.loop = loop();
    this.inbox = new LiveInbox(vertx.getOrCreateContext(), stream, desk);
    this.checking = vertx.setPeriodic(CHECK_MILLIS, look -> checkSilence());
    stream.add(readiness);
    stream.add(inbox);
  }

  private Loop loop() {
    var context = vertx.getOrCreateContext();
    return new Loop(
        task -> context.runOnContext(turn -> task.run()),
        (delay, task) -> vertx.setTimer(Math.max(1, delay.toMillis()), late -> task.run()),
        stream,
        desk,
        new LeastTimes(),
        new BatchReadings(stream),
        System::nanoTime,
        metrics,
        new HeldReadings(HeldReadings.MAX, () -> following),
        Loop.MAX_WAITING);
  }

  /**
   * The readings of every matching series, each once.
   *
   * @param since first deliver stored readings later than this; null for none
   * @param after first deliver what this cursor leaves; null for none
   * @param shown converts a reading for the subscriber
   * @return when the stream has begun; fails with {@link ApiException}
   */
  public Future<Publisher<Object>> readings(
      SeriesPattern pattern,
      Instant since,
      ResumeCursor after,
      Function<Reading, ?> shown,
      Losses losses) {
    if (since != null && after != null) {
      throw ApiException.badArgument("after", "given without since, as either says where to begin");
    }
    var start = new Following.Start(since, after);
    // Its own context, so that its reads count for its requester.
    var own = loop.on(vertx.getOrCreateContext());
    var place = subscriptions.open(pattern.toString());
    return readiness
        .await()
        .map(ready -> follow(own, pattern, start, shown, losses, place))
        .onFailure(refused -> place.release());
  }

  private Publisher<Object> follow(
      Loop own,
      SeriesPattern pattern,
      Following.Start start,
      Function<Reading, ?> shown,
      Losses losses,
      Subscriptions.Place place) {
    var following = new Following(own, pattern, pages, shown, losses);
    desk.add(pattern, following);
    this.following.add(following);
    opened();
    following.onClose(
        () -> {
          desk.remove(pattern, following);
          this.following.remove(following);
          place.release();
          closed();
        });
    following.start(start);
    return following;
  }

  /** The ids of series may mean other names from now on. */
  public void forgetIds() {
    pages.forgetIds();
  }

  private void checkSilence() {
    List.copyOf(following).forEach(Following::checkSilence);
    List.copyOf(windows.values()).forEach(LiveWindow::checkSilence);
  }

  /**
   * The mean of a series' last readings, at each reading that changes it.
   *
   * @return when the window is filled from the database; fails with {@link ApiException}
   */
  public Future<LiveEvents<Average>> averages(String series, int size, Losses losses) {
    var place = subscriptions.open(series);
    return readiness
        .await()
        .compose(ready -> followAverages(series, size, losses, place))
        .onFailure(refused -> place.release());
  }

  private Future<LiveEvents<Average>> followAverages(
      String series, int size, Losses losses, Subscriptions.Place place) {
    var key = new WindowKey(series, size);
    var window = windows.get(key);
    if (window == null) {
      window = open(key);
      windows.put(key, window);
    }
    LiveEvents<Average> events = events(Function.identity(), losses);
    var shared = window;
    shared.add(events);
    opened();
    events.onClose(
        () -> {
          if (shared.remove(events)) close(key);
          place.release();
          closed();
        });
    return shared.fill().map(events).onFailure(away -> events.cancel());
  }

  private LiveWindow open(WindowKey key) {
    if (windowReadings + key.size > maxWindowReadings) {
      throw new ApiException(
          Code.LIMIT, "windowSize: the windows that are open hold too much already; ask for less");
    }
    windowReadings += key.size;
    var window = new LiveWindow(vertx, queries, key.series, key.size);
    desk.add(SeriesPattern.of(key.series), window);
    return window;
  }

  private void close(WindowKey key) {
    var window = windows.remove(key);
    window.close();
    windowReadings -= key.size;
    desk.remove(SeriesPattern.of(key.series), window);
  }

  private <E> LiveEvents<E> events(Function<E, ?> shown, Losses losses) {
    return new LiveEvents<>(loop.turns(), shown, losses, metrics::missed);
  }

  /**
   * Whether all listeners here have received every batch that this process has received, and none
   * is missing as far as it is known. Delivers pending batches first.
   */
  public boolean isWhole() {
    return inbox.catchUp() && stream.isWhole(desk.position());
  }

  /**
   * How many batches this process has heard of, also those that are still on their way to here, and
   * how many deletions: if it is the same as before, nothing is known to have changed.
   */
  public long heard() {
    return stream.next() + desk.deletions();
  }

  /** Where others may listen too, on this event loop. */
  public LiveDesk desk() {
    return desk;
  }

  private void opened() {
    metrics.subscribers().incrementAndGet();
  }

  private void closed() {
    metrics.subscribers().decrementAndGet();
  }

  /** Hears no more. */
  public void close() {
    vertx.cancelTimer(checking);
    stream.remove(inbox);
    stream.remove(readiness);
  }
}
