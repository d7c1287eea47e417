package io.stripchart.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Readings to commit with several persist processes on one queue, and with several api processes
 * that listen; each against one of each, just before.
 */
final class Processes implements Measurement {
  private static final List<Setup> SETUPS =
      List.of(new Setup(2, 1), new Setup(3, 1), new Setup(1, 2));

  private final Stripchart stripchart;
  private final int seconds;
  private final List<Throughput.Source> sources;
  private final Cores cores;
  private final Map<Setup, Map<Throughput.Source, Compared>> found = new LinkedHashMap<>();

  private static final class Compared {
    private final Samples alone = new Samples();
    private final Samples together = new Samples();
  }

  Processes(Ground ground, Stripchart stripchart, int seconds, List<Throughput.Source> sources) {
    this.stripchart = stripchart;
    this.seconds = seconds;
    this.sources = List.copyOf(sources);
    this.cores = new Cores(ground, stripchart);
    for (var setup : SETUPS) {
      var ofSetup = new LinkedHashMap<Throughput.Source, Compared>();
      for (var source : sources) ofSetup.put(source, new Compared());
      found.put(setup, ofSetup);
    }
  }

  /** Twice as long as those that are started later, which run beside these. */
  @Override
  public void warmUp() {
    warmUpEach();
    warmUpEach();
  }

  private void warmUpEach() {
    for (var source : sources) {
      var unused = source.during(seconds, () -> stripchart.storedRate(seconds));
    }
  }

  @Override
  public void measure() {
    found.forEach(
        (setup, ofSetup) -> {
          ofSetup.forEach((source, its) -> its.alone.add(rate(source, Setup.ONE_OF_EACH)));
          setup.run(
              stripchart,
              ports -> {
                warmUpEach();
                ofSetup.forEach((source, its) -> its.together.add(rate(source, setup)));
              });
        });
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
    for (var source : sources) {
      found.forEach(
          (setup, ofSetup) -> {
            var its = ofSetup.get(source);
            table.add(title(source, setup), its.together, "/s", its.alone, "");
          });
    }
    table.append(cores.grid());
  }
}
