package io.stripchart.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Readings to commit with several persist processes on one queue, and several that listen. */
final class Processes implements Measurement {
  private static final List<Setup> SETUPS =
      List.of(Setup.ONE_OF_EACH, new Setup(2, 1), new Setup(3, 1), new Setup(1, 2));

  private final Stripchart stripchart;
  private final int seconds;
  private final List<Throughput.Source> sources;
  private final Cores cores;
  private final Map<Setup, Map<Throughput.Source, Samples>> rates = new LinkedHashMap<>();

  Processes(Ground ground, Stripchart stripchart, int seconds, List<Throughput.Source> sources) {
    this.stripchart = stripchart;
    this.seconds = seconds;
    this.sources = List.copyOf(sources);
    this.cores = new Cores(ground, stripchart);
    for (var setup : SETUPS) {
      var ofSetup = new LinkedHashMap<Throughput.Source, Samples>();
      for (var source : sources) ofSetup.put(source, new Samples());
      rates.put(setup, ofSetup);
    }
  }

  @Override
  public void warmUp() {
    warmUpEach();
  }

  /** Those that were just started are not compiled yet. */
  private void warmUpEach() {
    for (var source : sources) {
      var unused = source.during(seconds, () -> stripchart.storedRate(seconds));
    }
  }

  @Override
  public void measure() {
    for (var setup : SETUPS) {
      setup.run(
          stripchart,
          ports -> {
            if (!setup.equals(Setup.ONE_OF_EACH)) warmUpEach();
            rates.get(setup).forEach((source, samples) -> samples.add(rate(source, setup)));
          });
    }
  }

  private double rate(Throughput.Source source, Setup setup) {
    return source.during(
        seconds,
        () -> {
          var before = cores.now();
          double rate = stripchart.storedRate(seconds);
          cores.note(title(source, setup), rate, before, cores.now());
          return rate;
        });
  }

  private static String title(Throughput.Source source, Setup setup) {
    return source.title() + ": " + setup;
  }

  @Override
  public void report(Table table) {
    var alone = rates.get(Setup.ONE_OF_EACH);
    for (var source : sources) {
      rates.forEach(
          (setup, samples) ->
              table.add(
                  title(source, setup),
                  samples.get(source),
                  "/s",
                  setup.equals(Setup.ONE_OF_EACH) ? new Samples() : alone.get(source),
                  ""));
    }
    table.append(cores.grid());
  }
}
