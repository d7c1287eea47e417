package io.stripchart.bench;

import io.stripchart.bench.History.Shape;
import io.stripchart.bench.QueryRate.Question;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Questions to one api process, and as many to two of them. */
final class SharedQuestions implements Measurement {
  private static final List<Setup> SETUPS = List.of(Setup.ONE_OF_EACH, new Setup(1, 2));

  /** One process with one thread each, and the same number of them for each measured server. */
  private static final int ASKERS = 2;

  /** Of the default series, as it is for those questions elsewhere. */
  private static final Shape SHAPE = new Shape("satellite.temperature", 1, 1_000_000);

  private static final int CONNECTIONS = 16;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Stripchart stripchart;
  private final int seconds;
  private final Cores cores;
  private final Map<Question, Map<Setup, Samples>> rates = new LinkedHashMap<>();

  private SharedQuestions(
      Ground ground, Stripchart stripchart, int seconds, List<Question> questions) {
    this.stripchart = stripchart;
    this.seconds = seconds;
    this.cores = new Cores(ground, stripchart);
    for (var question : questions) {
      var ofQuestion = new LinkedHashMap<Setup, Samples>();
      for (var setup : SETUPS) ofQuestion.put(setup, new Samples());
      rates.put(question, ofQuestion);
    }
  }

  /** Of the newest reading, and of an hour. */
  static SharedQuestions usual(Ground ground, Stripchart stripchart, int seconds) {
    var eager = stripchart.startEager();
    try {
      var history = new History(ground, stripchart, SHAPE);
      var questions = List.of(Questions.latest(history), Questions.statisticsOfAnHour(history));
      return new SharedQuestions(ground, stripchart, seconds, questions);
    } finally {
      stripchart.end(eager);
    }
  }

  @Override
  public void warmUp() {
    warmUp(List.of(stripchart.apiPort()));
  }

  private void warmUp(List<Integer> ports) {
    for (var question : rates.keySet()) {
      var unused = total(start(question, ports));
    }
  }

  @Override
  public void measure() {
    for (var setup : SETUPS) {
      setup.run(
          stripchart,
          ports -> {
            if (!setup.equals(Setup.ONE_OF_EACH)) warmUp(ports);
            rates.forEach((question, of) -> of.get(setup).add(rate(question, setup, ports)));
          });
    }
  }

  /** The cores are those of its middle, as each asker takes its own time to start and to end. */
  private double rate(Question question, Setup setup, List<Integer> ports) {
    var askers = start(question, ports);
    Load.pause(2 * Load.WARM_UP_SECONDS);
    var before = cores.now();
    Load.pause(Math.max(1, seconds - Load.WARM_UP_SECONDS));
    var after = cores.now();
    double rate = total(askers);
    cores.note(title(question, setup), rate, before, after);
    return rate;
  }

  private List<Child> start(Question question, List<Integer> ports) {
    return IntStream.range(0, ASKERS)
        .mapToObj(
            i ->
                Load.start(
                    "HttpLoad",
                    ports.get(i % ports.size()),
                    question.request().path(),
                    CONNECTIONS,
                    Load.WARM_UP_SECONDS,
                    seconds + Load.WARM_UP_SECONDS,
                    question.request().body()))
        .toList();
  }

  /** Answers a second, of all of them together. */
  private static double total(List<Child> askers) {
    double total = 0;
    for (var asker : askers) {
      try (asker) {
        var found = asker.outcome(LIMIT);
        if (found.get("failed") > 0) System.err.println("questions: some failed: " + found);
        total += found.get("rate");
      }
    }
    return total;
  }

  private static String title(Question question, Setup setup) {
    return question.title() + ", requests: " + setup;
  }

  @Override
  public void report(Table table) {
    rates.forEach(
        (question, of) ->
            of.forEach(
                (setup, samples) ->
                    table.add(
                        title(question, setup),
                        samples,
                        "/s",
                        setup.equals(Setup.ONE_OF_EACH) ? new Samples() : of.get(Setup.ONE_OF_EACH),
                        "")));
    table.append(cores.grid());
  }
}
