package io.stripchart.bench;

import java.util.Map;

/** Many subscribers of one series, and a reading a second: how soon the slowest have it. */
final class Subscribers implements Measurement {
  private static final int COUNT = 10_000;
  private static final int WARM_UP_READINGS = 5;

  /** To connect them, and for the last reading to come. */
  private static final double SPARE_SECONDS = 120;

  private final Ground ground;
  private final Stripchart stripchart;
  private final int seconds;
  private final Samples p50 = new Samples();
  private final Samples p99 = new Samples();
  private final Samples missing = new Samples();
  private final Samples resident = new Samples();

  Subscribers(Ground ground, Stripchart stripchart, int seconds) {
    this.ground = ground;
    this.stripchart = stripchart;
    this.seconds = seconds;
  }

  @Override
  public void warmUp() {
    var unused = crowd(COUNT / 10);
  }

  @Override
  public void measure() {
    var found = crowd(COUNT);
    p50.add(found.get("p50"));
    p99.add(found.get("p99"));
    missing.add(found.get("missing"));
    resident.add(Memory.resident(stripchart.workers().get("api").pid()));
  }

  private Map<String, Double> crowd(int subscribers) {
    return Load.run(
        seconds + WARM_UP_READINGS + SPARE_SECONDS,
        "Crowd",
        ground.brokerUri(),
        stripchart.apiPort(),
        subscribers,
        WARM_UP_READINGS,
        seconds);
  }

  @Override
  public void report(Table table) {
    var title = COUNT + " subscribers of a reading a second, ";
    table.add(title + "p50", p50, "ms");
    table.add(title + "p99", p99, "ms", new Samples(), "below 1,000 ms");
    table.add(title + "readings that never came", missing, "", new Samples(), "0");
    table.add(title + "api, resident", resident, "MB", new Samples(), "below 1,024 MB");
  }
}
