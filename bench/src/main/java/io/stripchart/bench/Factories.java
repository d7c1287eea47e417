package io.stripchart.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Requests the newest 1,000 points of a factory's chart, in full and unmodified (304), and compares
 * with a plain server.
 */
final class Factories implements Measurement {
  private static final int ID = 1;
  private static final String PATH = "/api/factory/" + ID + "/chart-data";
  private static final int POINTS = 1_000;
  private static final int CONNECTIONS = 32;

  private final Stripchart stripchart;
  private final PlainServer plain;
  private final int seconds;
  private final Answers whole = new Answers();
  private final Answers unchanged = new Answers();
  private String unchangedSince;

  private static final class Answers {
    private final Samples rate = new Samples();
    private final Samples plainRate = new Samples();
    private final Samples p99 = new Samples();
    private final Samples plainP99 = new Samples();

    void add(Map<String, Double> found, Map<String, Double> alone) {
      rate.add(found.get("rate"));
      p99.add(found.get("p99"));
      plainRate.add(alone.get("rate"));
      plainP99.add(alone.get("p99"));
      if (found.get("failed") > 0) System.err.println("factories: some failed: " + found);
    }

    void report(Table table, String what, String wanted) {
      table.add(what + ", requests", rate, "/s", plainRate, wanted);
      table.add(what + ", p99", p99, "ms", plainP99, "");
    }
  }

  Factories(Stripchart stripchart, PlainServer plain, int seconds) {
    this.stripchart = stripchart;
    this.plain = plain;
    this.seconds = seconds;
  }

  @Override
  public void warmUp() {
    var factory = "{\"id\":" + ID + ",\"name\":\"Factory " + ID + "\"}";
    Http.post(stripchart.apiPort(), "/api/factories", factory);
    var first = Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(POINTS * 60L);
    for (var quantity : new String[] {"actual", "goal"}) {
      var json =
          IntStream.range(0, POINTS)
              .mapToObj(i -> reading(first.plusSeconds(i * 60L), 20 + i % 17))
              .collect(Collectors.joining(",", "[", "]"));
      stripchart.push("factory." + ID + ".sprocket_production_" + quantity, POINTS, json);
    }
    var etag = Http.get(stripchart.apiPort(), PATH).headers().firstValue("etag").orElseThrow();
    unchangedSince = "if-none-match: " + etag;
    var unused = Map.of(1, ask(stripchart.apiPort(), ""), 2, ask(plain.port(), ""));
  }

  private static String reading(Instant time, double value) {
    return "{\"time\":\"" + time + "\",\"value\":" + value + "}";
  }

  @Override
  public void measure() {
    whole.add(ask(stripchart.apiPort(), ""), ask(plain.port(), ""));
    unchanged.add(ask(stripchart.apiPort(), unchangedSince), ask(plain.port(), unchangedSince));
  }

  private Map<String, Double> ask(int port, String header) {
    return Load.run(
        seconds,
        "HttpLoad",
        port,
        PATH,
        CONNECTIONS,
        Load.WARM_UP_SECONDS,
        (double) seconds,
        "",
        1,
        header);
  }

  @Override
  public void report(Table table) {
    whole.report(table, "chart-data of a factory, 1,000 points", "");
    unchanged.report(table, "chart-data of a factory, 304", "at least 15,000/s");
  }
}
