package io.stripchart.bench;

import io.stripchart.bench.RoomAverage.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

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
        var plain = new PlainServer();
        var stripchart = new Stripchart(ground, options, feed.setting())) {
      var table = new Table();
      measure(measurements(options, ground, stripchart, feed, plain), options.rounds(), table);
      Memory.report(table, ground, stripchart);
      System.out.print(table.text());
    }
  }

  private static List<Measurement> measurements(
      Options options, Ground ground, Stripchart stripchart, FeedSource feed, PlainServer plain) {
    var only = options.only();
    var all = new ArrayList<Measurement>();
    var sources = sources(only, ground, stripchart, feed);
    int seconds = options.seconds();
    if (!sources.isEmpty()) all.add(new Throughput(ground, stripchart, seconds, sources));
    if (only.contains("latency")) all.add(new DeliveryTime(ground, stripchart, seconds));
    if (only.contains("crowd")) all.add(new Subscribers(ground, stripchart, seconds));
    var rooms = new ArrayList<Question>();
    if (only.contains("rolling")) rooms.add(Question.ofRolling());
    if (only.contains("rooms")) {
      rooms.add(Question.ofRoom());
      all.add(new RoomPushes(stripchart, plain, seconds));
    }
    for (var question : rooms)
      all.add(new RoomAverage(ground, stripchart, plain, seconds, question));
    if (only.contains("factories")) all.add(new Factories(stripchart, plain, seconds));
    if (only.contains("resume")) {
      all.add(new CatchingUp(ground, stripchart, seconds, CatchingUp.Case.ofEachItsOwn()));
      all.add(new CatchingUp(ground, stripchart, seconds, CatchingUp.Case.ofAllTheSame()));
    }
    if (only.contains("processes")) all.addAll(processes(ground, stripchart, seconds));
    if (only.contains("series")) all.add(new SeriesGrowth(ground, stripchart, seconds));
    var histories = new Histories(ground, stripchart, seconds);
    if (only.contains("year")) all.addAll(histories.year());
    if (only.contains("scale")) all.addAll(histories.large());
    // A scan of the hundred series reads all of them.
    if (only.contains("query")) all.addAll(histories.usual());
    return all;
  }

  private static List<Throughput.Source> sources(
      Set<String> only, Ground ground, Stripchart stripchart, FeedSource feed) {
    var sources = new ArrayList<Throughput.Source>();
    if (only.contains("feed")) sources.add(feed.of(stripchart));
    if (only.contains("push")) {
      sources.add(PushSource.ofOneSeries(stripchart, PUSHERS, 1_000));
      sources.add(PushSource.ofOneSeries(stripchart, SENSORS, 1));
    }
    if (only.contains("burst"))
      sources.add(PushSource.ofManySeries(stripchart, PUSHERS, 1_000, SERIES));
    if (only.contains("wide")) sources.add(new DeviceSource(ground, stripchart, DEVICES));
    return sources;
  }

  private static List<Measurement> processes(Ground ground, Stripchart stripchart, int seconds) {
    var burst = PushSource.ofManySeries(stripchart, PUSHERS, 1_000, SERIES);
    var wide = new DeviceSource(ground, stripchart, DEVICES);
    return List.of(
        new Processes(ground, stripchart, seconds, List.of(burst, wide)),
        SharedQuestions.usual(ground, stripchart, seconds));
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
