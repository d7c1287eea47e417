package io.stripchart.bench;

import java.time.Duration;
import java.util.Collections;
import java.util.Locale;

/** HTTP pushes, each connection one after the other. */
final class PushSource implements Throughput.Source {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Stripchart stripchart;
  private final int connections;
  private final int readings;

  /**
   * @param readings in a push
   */
  PushSource(Stripchart stripchart, int connections, int readings) {
    this.stripchart = stripchart;
    this.connections = connections;
    this.readings = readings;
  }

  @Override
  public String title() {
    return String.format(
        Locale.ROOT, "pushes of %,d over %d connections to commit", readings, connections);
  }

  /**
   * Nothing is wanted of single pushes: each costs an HTTP request, of which the broker has none.
   */
  @Override
  public String wanted() {
    return readings == 1 ? "" : "at least 0.6";
  }

  @Override
  public double rate(double seconds) {
    var body =
        readings == 1
            ? "21.37"
            : "[" + String.join(",", Collections.nCopies(readings, "21.37")) + "]";
    long before = stripchart.stored();
    // It pushes for longer than is measured, at either end.
    try (var load =
        Load.start(
            "HttpLoad",
            stripchart.ingestPort(),
            "/readings/bench.push",
            connections,
            Load.WARM_UP_SECONDS,
            seconds + Load.WARM_UP_SECONDS,
            body)) {
      stripchart.awaitStored(before + 1);
      Load.pause(Load.WARM_UP_SECONDS);
      double rate = stripchart.storedRate(seconds);
      double failed = load.outcome(LIMIT).get("failed");
      if (failed > 0) System.err.printf(Locale.ROOT, "push: %,.0f were refused%n", failed);
      return rate;
    } finally {
      settle();
    }
  }

  /** Waits until what was accepted is stored. */
  private void settle() {
    for (long last = -1, now = stripchart.stored(); now != last; now = stripchart.stored()) {
      last = now;
      Load.pause(0.5);
    }
  }

  @Override
  public void close() {}
}
