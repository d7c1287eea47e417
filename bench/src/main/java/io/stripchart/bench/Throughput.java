package io.stripchart.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The bounds of broker and database for readings a second, and Stripchart's rates between them. */
final class Throughput implements Measurement {
  private static final int[] BATCHES = {1_000, 5_000};

  private final Ground ground;
  private final Stripchart stripchart;
  private final int seconds;
  private final BrokerLimit broker;
  private final Samples brokerRate = new Samples();
  private final Map<Integer, Samples> databaseRates = new LinkedHashMap<>();
  private final Map<Source, Samples> rates = new LinkedHashMap<>();
  private final int limitSeries;

  /** Where readings come from. */
  interface Source extends AutoCloseable {
    String title();

    /** Of its ratio to the broker's limit, in words. */
    String wanted();

    /**
     * Measures a rate while a source sends as fast as possible.
     *
     * @param seconds duration of the measurement
     */
    <T> T during(double seconds, Supplier<T> measured);

    @Override
    void close();
  }

  Throughput(Ground ground, Stripchart stripchart, int seconds, Iterable<Source> sources) {
    this.ground = ground;
    this.stripchart = stripchart;
    this.seconds = seconds;
    this.broker = new BrokerLimit(ground.brokerUri());
    for (var source : sources) rates.put(source, new Samples());
    for (int batch : BATCHES) databaseRates.put(batch, new Samples());
    try (var sql = new Sql(ground.databaseUri())) {
      limitSeries = (int) sql.run("insert into series (name) values ('bench.limit') returning id");
    }
  }

  @Override
  public void warmUp() {
    for (var source : rates.keySet()) {
      var unused = rate(source);
    }
  }

  @Override
  public void measure() {
    brokerRate.add(broker.atFullSpeed(seconds).rate());
    rates.forEach((source, samples) -> samples.add(rate(source)));
    databaseRates.forEach((batch, samples) -> samples.add(databaseRate(batch)));
  }

  private double rate(Source source) {
    return source.during(seconds, () -> stripchart.storedRate(seconds));
  }

  private double databaseRate(int batch) {
    var found =
        Load.run(
            seconds,
            "InsertLoad",
            ground.databaseUri(),
            limitSeries,
            batch,
            Load.WARM_UP_SECONDS,
            seconds / 2.0);
    return found.get("rate");
  }

  @Override
  public void report(Table table) {
    table.add("broker alone: PerfTest", brokerRate, "/s");
    databaseRates.forEach((batch, rate) -> table.add(databaseTitle(batch), rate, "/s"));
    rates.forEach(
        (source, rate) -> table.add(source.title(), rate, "/s", brokerRate, source.wanted()));
  }

  private static String databaseTitle(int batch) {
    return String.format(Locale.ROOT, "database alone: batches of %,d", batch);
  }
}
