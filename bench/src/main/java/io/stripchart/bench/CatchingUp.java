package io.stripchart.bench;

import java.util.Map;

/**
 * Subscribers that were away while readings were stored, and subscribe again after their cursors:
 * the time until they have all, and what a live subscriber notices of it.
 */
final class CatchingUp implements Measurement {
  private static final int SUBSCRIBERS = 100;
  private static final int WARM_UP_READINGS = 100_000;

  /** To get the cursors, and to store what is missed. */
  private static final double SPARE_SECONDS = 400;

  private final Ground ground;
  private final Stripchart stripchart;
  private final int seconds;
  private final Case asked;
  private final Samples time = new Samples();
  private final Samples rate = new Samples();
  private final Samples before = new Samples();
  private final Samples meanwhile = new Samples();
  private final Samples missing = new Samples();
  private final Samples resident = new Samples();

  /**
   * What is missed.
   *
   * @param readings of all series together
   * @param series one that all subscribers follow, or one for each of them
   * @param limit of seconds
   */
  record Case(String title, int readings, int series, int limit) {
    static Case ofEachItsOwn() {
      return new Case(
          "1,000,000 readings missed, 100 subscribers of a series each",
          1_000_000,
          SUBSCRIBERS,
          300);
    }

    static Case ofAllTheSame() {
      return new Case(
          "1,000,000 readings missed, 100 subscribers of one series", 1_000_000, 1, 1_200);
    }
  }

  CatchingUp(Ground ground, Stripchart stripchart, int seconds, Case asked) {
    this.ground = ground;
    this.stripchart = stripchart;
    this.seconds = seconds;
    this.asked = asked;
  }

  @Override
  public void warmUp() {
    var unused = run(WARM_UP_READINGS);
  }

  @Override
  public void measure() {
    var found = run(asked.readings);
    time.add(found.get("seconds"));
    rate.add(found.get("delivered") / found.get("seconds"));
    before.add(found.get("before_p99"));
    meanwhile.add(found.get("meanwhile_p99"));
    missing.add(found.get("missing"));
    resident.add(Memory.resident(stripchart.workers().get("api").pid()));
  }

  private Map<String, Double> run(int readings) {
    var found =
        Load.run(
            seconds + asked.limit + SPARE_SECONDS,
            "ResumeLoad",
            ground.brokerUri(),
            stripchart.apiPort(),
            readings,
            SUBSCRIBERS,
            asked.series,
            seconds,
            asked.limit);
    System.err.println(asked.title + ": " + found);
    return found;
  }

  @Override
  public void report(Table table) {
    table.add(asked.title + ": until all have all", time, "s");
    table.add(asked.title + ": delivered", rate, "/s");
    table.add(asked.title + ": live p99 meanwhile, against before", meanwhile, "ms", before, "");
    table.add(asked.title + ": readings that never came", missing, "", new Samples(), "0");
    table.add(asked.title + ": api, resident", resident, "MB", new Samples(), "below 1,024 MB");
  }
}
