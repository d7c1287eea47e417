package io.stripchart.bench;

import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.function.Supplier;

/** HTTP pushes, each connection one after the other. */
final class PushSource implements Throughput.Source {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Stripchart stripchart;
  private final int connections;
  private final int readings;
  private final int series;

  private PushSource(Stripchart stripchart, int connections, int readings, int series) {
    this.stripchart = stripchart;
    this.connections = connections;
    this.readings = readings;
    this.series = series;
  }

  /**
   * @param readings in a push
   */
  static PushSource ofOneSeries(Stripchart stripchart, int connections, int readings) {
    return new PushSource(stripchart, connections, readings, 1);
  }

  /**
   * @param readings in a push, which is of each series in turn
   */
  static PushSource ofManySeries(Stripchart stripchart, int connections, int readings, int series) {
    return new PushSource(stripchart, connections, readings, series);
  }

  @Override
  public String title() {
    if (series > 1) {
      return String.format(
          Locale.ROOT, "bursts of %d series, pushes of %,d, to commit", series, readings);
    }
    return String.format(
        Locale.ROOT, "pushes of %,d over %d connections to commit", readings, connections);
  }

  /**
   * Nothing is wanted of single pushes: each costs an HTTP request, of which the broker has none.
   */
  @Override
  public String wanted() {
    if (readings == 1) return "";
    return series == 1 ? "at least 0.6" : "at least 4";
  }

  @Override
  public <T> T during(double seconds, Supplier<T> measured) {
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
            series == 1 ? "/readings/bench.push" : "/readings/bench.burst.%d",
            connections,
            Load.WARM_UP_SECONDS,
            seconds + Load.WARM_UP_SECONDS,
            body,
            series)) {
      stripchart.awaitStored(before + 1);
      Load.pause(Load.WARM_UP_SECONDS);
      var found = measured.get();
      double failed = load.outcome(LIMIT).get("failed");
      if (failed > 0) System.err.printf(Locale.ROOT, "push: %,.0f were refused%n", failed);
      return found;
    } finally {
      stripchart.awaitSettled();
    }
  }

  @Override
  public void close() {}
}
