package io.stripchart.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** A feed that gives all that ingest takes. */
final class FeedSource implements Throughput.Source {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final double RAMP_SECONDS = 2;

  private final int port = FreePort.find();
  private final Child feed = Load.start("FeedServer", port);
  private Stripchart stripchart;
  private long sentBefore;

  FeedSource() {
    feed.await("^ready", LIMIT);
  }

  /** For STRIPCHART_FEEDS. */
  String setting() {
    return "bench.feed=ws://127.0.0.1:" + port + "/graphql";
  }

  FeedSource of(Stripchart running) {
    stripchart = running;
    feed.await("^subscribed", LIMIT);
    return this;
  }

  @Override
  public String title() {
    return "feed to commit";
  }

  @Override
  public String wanted() {
    return "at least 0.6";
  }

  @Override
  public <T> T during(double seconds, Supplier<T> measured) {
    long storedBefore = stripchart.stored();
    feed.send("on");
    Load.pause(RAMP_SECONDS);
    var found = measured.get();
    feed.send("off");
    long sent = Long.parseLong(feed.await("^sent (\\d+)", LIMIT).group(1));
    long owed = sent - sentBefore;
    sentBefore = sent;
    long stored = stripchart.awaitStored(storedBefore + owed) - storedBefore;
    if (stored != owed)
      System.err.printf(Locale.ROOT, "feed: sent %,d, but %,d were stored%n", owed, stored);
    return found;
  }

  @Override
  public void close() {
    feed.close();
  }
}
