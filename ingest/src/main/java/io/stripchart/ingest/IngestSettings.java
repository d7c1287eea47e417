package io.stripchart.ingest;

import io.stripchart.common.settings.Settings;
import io.stripchart.ingest.control.ControlPublisher;
import io.stripchart.ingest.feed.Feed;
import io.stripchart.ingest.feed.FeedFile;
import io.stripchart.ingest.feed.FeedList;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/**
 * Settings of ingest.
 *
 * @param feeds each with a series of its own
 * @param buffer maximum number of readings of all feeds that wait while the broker is unavailable
 * @param port of the HTTP push; 0 lets the system choose one
 * @param pushWindow maximum number of unconfirmed pushed readings
 */
public record IngestSettings(List<Feed> feeds, int buffer, int port, int pushWindow) {
  private static final int SATELLITE_PORT = 4_000;

  /** Small enough to publish the status of each feed every second. */
  private static final int MAX_FEEDS = ControlPublisher.MAX_STATUSES;

  public IngestSettings {
    feeds = List.copyOf(feeds);
  }

  public static IngestSettings from(Settings settings) {
    return new IngestSettings(
        feeds(settings),
        settings.count("STRIPCHART_INGEST_BUFFER", 100_000, 100, 10_000_000),
        settings.port("STRIPCHART_INGEST_PORT", 8001),
        settings.count("STRIPCHART_PUSH_WINDOW", 20_000, 10_000, 1_000_000));
  }

  private static List<Feed> feeds(Settings settings) {
    var idle =
        settings.duration(
            "STRIPCHART_FEED_IDLE",
            Duration.ofSeconds(30),
            Duration.ofMillis(100),
            Duration.ofHours(1));
    int satellite = settings.port("STRIPCHART_SATELLITE_PORT", SATELLITE_PORT);
    var file = settings.optional("STRIPCHART_FEEDS_FILE", "a JSON file, an array of feeds");
    var byDefault =
        file.isPresent() || satellite == 0
            ? FeedList.NONE
            : "satellite.temperature=ws://" + host(settings) + ":" + satellite + "/graphql";
    var feeds =
        new ArrayList<>(
            settings.parsed(
                "STRIPCHART_FEEDS",
                byDefault,
                "series=url pairs, separated by commas, each with |query behind it or not; or none",
                text -> FeedList.parse(text, idle)));
    file.ifPresent(name -> addAll(feeds, settings, name, idle));
    checkDistinct(feeds, settings);
    if (feeds.size() > MAX_FEEDS) {
      settings.problem(
          String.format(
              Locale.ROOT,
              "feeds: there are %d; a process takes at most %d",
              feeds.size(),
              MAX_FEEDS));
    }
    return feeds;
  }

  /** Where a satellite of this process listens, as a URL says it. */
  private static String host(Settings settings) {
    var host = settings.text("STRIPCHART_HOST", "127.0.0.1", "an address of this machine");
    if (host.equals("0.0.0.0")) return "127.0.0.1";
    if (host.equals("::")) return "[::1]";
    return host.contains(":") ? "[" + host + "]" : host;
  }

  private static void addAll(List<Feed> feeds, Settings settings, String file, Duration idle) {
    try {
      feeds.addAll(FeedFile.read(Path.of(file), idle));
    } catch (IllegalArgumentException e) {
      settings.problem("STRIPCHART_FEEDS_FILE: " + e.getMessage());
    }
  }

  private static void checkDistinct(List<Feed> feeds, Settings settings) {
    var series = new HashSet<String>();
    for (var feed : feeds) {
      if (!series.add(feed.series())) {
        settings.problem("feeds: the series " + feed.series() + " has two; one is the limit");
      }
    }
  }
}
