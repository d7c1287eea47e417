package io.stripchart.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measures Stripchart against its limits, and prints a table. */
public final class Main {
  private static final int PUSHERS = 4;
  private static final int SENSORS = 64;
  private static final int SERIES = 100;
  private static final int DEVICES = 10_000;

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    Options options;
    try {
      options = Options.of(List.of(arguments));
    } catch (IllegalArgumentException wrong) {
      System.err.println(
          "bench: "
              + wrong.getMessage()
              + "\nusage: bench/run [--rounds 3] [--seconds 6] [--only "
              + String.join(",", Options.ALL)
              + "] [--record FOLDER]");
      System.exit(2);
      return;
    }
    try (var ground = new Ground(options);
        var feed = new FeedSource();
        var stripchart = new Stripchart(ground, options, feed.setting())) {
      var table = new Table();
      measure(measurements(options, ground, stripchart, feed), options.rounds(), table);
      Memory.report(table, ground, stripchart);
      System.out.print(table.text());
    }
  }

  private static List<Measurement> measurements(
      Options options, Ground ground, Stripchart stripchart, FeedSource feed) throws Exception {
    var all = new ArrayList<Measurement>();
    var sources = new ArrayList<Throughput.Source>();
    if (options.only().contains("feed")) sources.add(feed.of(stripchart));
    if (options.only().contains("push")) {
      sources.add(PushSource.ofOneSeries(stripchart, PUSHERS, 1_000));
      sources.add(PushSource.ofOneSeries(stripchart, SENSORS, 1));
    }
    if (options.only().contains("burst")) {
      sources.add(PushSource.ofManySeries(stripchart, PUSHERS, 1_000, SERIES));
    }
    if (options.only().contains("wide")) sources.add(new DeviceSource(ground, stripchart, DEVICES));
    int seconds = options.seconds();
    if (!sources.isEmpty()) all.add(new Throughput(ground, seconds, sources));
    if (options.only().contains("latency")) all.add(new DeliveryTime(ground, stripchart, seconds));
    if (options.only().contains("crowd")) all.add(new Subscribers(ground, stripchart, seconds));
    if (options.only().contains("rolling")) all.add(new Rolling(ground, stripchart, seconds));
    var histories = new Histories(ground, stripchart, seconds);
    if (options.only().contains("query")) all.addAll(histories.usual());
    if (options.only().contains("scale")) all.addAll(histories.large());
    return all;
  }

  private static void measure(List<Measurement> measurements, int rounds, Table table) {
    System.err.println("warming up");
    measurements.forEach(Measurement::warmUp);
    for (int round = 1; round <= rounds; round++) {
      System.err.printf(Locale.ROOT, "round %d of %d%n", round, rounds);
      measurements.forEach(Measurement::measure);
    }
    measurements.forEach(measurement -> measurement.report(table));
  }
}
