package io.stripchart.api.control;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.common.control.FeedStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;

/** The feeds that were heard of lately. Safe for any thread. */
public final class KnownFeeds {
  /** Further feeds are not shown. */
  static final int MAX_FEEDS = 10_000;

  private static final long STALE_NANOS = Duration.ofSeconds(FeedStatus.STALE_SECONDS).toNanos();

  private record Heard(FeedStatus status, long at) {}

  private final Map<String, Heard> feeds = new ConcurrentSkipListMap<>();
  private final LongSupplier nanos;

  /**
   * @param nanos as {@link System#nanoTime}
   */
  public KnownFeeds(LongSupplier nanos) {
    this.nanos = nanos;
  }

  void heard(FeedStatus status) {
    if (feeds.size() >= MAX_FEEDS && !feeds.containsKey(status.feed())) {
      dropStale();
      if (feeds.size() >= MAX_FEEDS) return;
    }
    feeds.put(status.feed(), new Heard(status, nanos.getAsLong()));
  }

  private void dropStale() {
    feeds.values().removeIf(heard -> nanos.getAsLong() - heard.at > STALE_NANOS);
  }

  /** By name. */
  public List<FeedStatus> all() {
    dropStale();
    return feeds.values().stream().map(Heard::status).toList();
  }

  /**
   * The feed of a name, or the only one.
   *
   * @param name null for the only one
   * @throws ApiException which names the existing feeds
   */
  String named(String name) {
    var names = all().stream().map(FeedStatus::feed).toList();
    if (names.isEmpty()) {
      throw new ApiException(
          Code.REFUSED, "feed: none is known; no ingest process has told of one lately");
    }
    if (name != null ? names.contains(name) : names.size() == 1) {
      return name != null ? name : names.get(0);
    }
    throw ApiException.badArgument("feed", "one of " + shown(names));
  }

  private static String shown(List<String> names) {
    int max = 20;
    var some = String.join(", ", names.subList(0, Math.min(max, names.size())));
    return names.size() <= max ? some : some + " and " + (names.size() - max) + " more";
  }
}
