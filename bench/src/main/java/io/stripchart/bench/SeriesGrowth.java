package io.stripchart.bench;

import io.stripchart.bench.QueryRate.Request;
import io.stripchart.bench.ScaledFigures.Figure;
import io.stripchart.bench.ScaledFigures.Unit;
import java.util.List;
import java.util.Locale;

/**
 * The cost of more series: the same with 1,000, with 10,000 and with 100,000 of them. Series are
 * never deleted, so it is measured once, in ascending order, whatever the number of rounds.
 */
final class SeriesGrowth implements Measurement {
  private static final List<Integer> SCALES = List.of(1_000, 10_000, 100_000);
  private static final String PATTERN = "bench.device.#";

  private final Ground ground;
  private final Stripchart stripchart;
  private final int seconds;
  private final ScaledFigures figures = new ScaledFigures(SCALES);

  SeriesGrowth(Ground ground, Stripchart stripchart, int seconds) {
    this.ground = ground;
    this.stripchart = stripchart;
    this.seconds = seconds;
  }

  @Override
  public void warmUp() {
    var unused = rate(devices(SCALES.get(0)));
  }

  @Override
  public void measure() {
    if (!figures.isEmpty()) return;
    try (var sql = new Sql(ground.databaseUri())) {
      var history = new DeviceHistory(sql);
      history.makePartitions(stripchart);
      for (int series : SCALES) {
        storing(series);
        rollingUp(history, series);
        if (series == SCALES.get(0)) asking(history, 0);
        asking(history, series);
        resident(series);
      }
    }
  }

  private DeviceSource devices(int series) {
    return new DeviceSource(ground, stripchart, series);
  }

  /** The machine is not always as fast, so that a rate of the fewest stands beside each. */
  private void storing(int series) {
    System.err.printf(Locale.ROOT, "storing %,d series%n", series);
    var few = devices(SCALES.get(0));
    var all = devices(series);
    double firsts = all.firstOfEach();
    System.err.printf(Locale.ROOT, "first readings, most of them of new series: %,.0f/s%n", firsts);
    var ofFew = new Figure("single readings of 1,000 of them in turn, to commit", Unit.A_SECOND);
    figures.note(ofFew, series, rate(few));
    var ofAll = new Figure("single readings of all in turn, to commit", Unit.A_SECOND);
    figures.note(ofAll, series, rate(all));
  }

  private double rate(DeviceSource devices) {
    return devices.during(seconds, () -> stripchart.storedRate(seconds));
  }

  private void rollingUp(DeviceHistory history, int series) {
    System.err.printf(Locale.ROOT, "rolling up %,d series%n", series);
    var eager = stripchart.startEager();
    try {
      figures.note(
          new Figure("rolling up three hours, 15 readings of each", Unit.MILLIS_OF_ALL),
          series,
          history.put());
      figures.note(
          new Figure("rolling up a minute, a reading of each", Unit.MILLIS_OF_ALL),
          series,
          history.putMinute());
    } finally {
      stripchart.end(eager);
    }
  }

  /**
   * @param series 0 for no figures
   */
  private void asking(DeviceHistory history, int series) {
    System.err.printf(Locale.ROOT, "asking %,d series%n", series);
    var window = "from: \"%s\", to: \"%s\"".formatted(history.from(), history.to());
    time(
        new Figure("statistics of all, 3 hours, p50", Unit.MILLIS_OF_ALL),
        series,
        Request.graphQl(
            "{ statistics(series: \"%s\", %s) { count min max mean stddev } }"
                .formatted(PATTERN, window)));
    time(
        new Figure("page of 100 series, with current and statistics, p50", Unit.MILLIS),
        series,
        Request.graphQl(
            ("{ series(pattern: \"%s\", first: 100) { edges { node {"
                    + " name current { value } statistics(%s) { count mean } } } } }")
                .formatted(PATTERN, window)));
    time(
        new Figure("/series by REST, a page of 1,000, p50", Unit.MILLIS),
        series,
        Request.get("/series?pattern=bench.device.%23&first=1000"));
  }

  private void time(Figure figure, int series, Request request) {
    var answers = QueryRate.ask(stripchart, request, 1, seconds);
    if (answers.get("failed") > 0) System.err.println(figure.title() + ": some failed: " + answers);
    if (series > 0) figures.note(figure, series, answers.get("p50"));
  }

  private void resident(int series) {
    for (var role : List.of("persist", "api")) {
      double megabytes = Memory.resident(stripchart.workers().get(role).pid());
      figures.note(new Figure(role + ", resident", Unit.MEGABYTES), series, megabytes);
    }
  }

  @Override
  public void report(Table table) {
    table.append(figures.grid());
  }
}
