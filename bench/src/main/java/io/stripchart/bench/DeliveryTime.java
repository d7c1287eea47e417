package io.stripchart.bench;

import java.util.Map;

/** How soon a reading is committed, and how soon a subscriber has it, at a steady rate. */
final class DeliveryTime implements Measurement {
  private static final int RATE = 500;
  private static final double WARM_UP_SECONDS = 3;

  private final Ground ground;
  private final Stripchart stripchart;
  private final int seconds;
  private final BrokerLimit broker;
  private final Samples brokerP50 = new Samples();
  private final Samples brokerP99 = new Samples();
  private final Samples commitP50 = new Samples();
  private final Samples commitP99 = new Samples();
  private final Samples subscriberP50 = new Samples();
  private final Samples subscriberP99 = new Samples();

  DeliveryTime(Ground ground, Stripchart stripchart, int seconds) {
    this.ground = ground;
    this.stripchart = stripchart;
    this.seconds = seconds;
    this.broker = new BrokerLimit(ground.brokerUri());
  }

  @Override
  public void warmUp() {
    var unused = probe();
  }

  @Override
  public void measure() {
    var alone = broker.at(RATE, seconds);
    brokerP50.add(alone.p50());
    brokerP99.add(alone.p99());
    var found = probe();
    commitP50.add(found.get("commit_p50"));
    commitP99.add(found.get("commit_p99"));
    subscriberP50.add(found.get("subscriber_p50"));
    subscriberP99.add(found.get("subscriber_p99"));
    if (found.get("missing") > 0) System.err.println("latency: some never arrived: " + found);
  }

  private Map<String, Double> probe() {
    return Load.run(
        seconds + WARM_UP_SECONDS,
        "LatencyProbe",
        ground.brokerUri(),
        stripchart.apiPort(),
        RATE,
        WARM_UP_SECONDS,
        (double) seconds);
  }

  @Override
  public void report(Table table) {
    var at = " at " + RATE + "/s, ";
    table.add("publish to commit announced" + at + "p50", commitP50, "ms", brokerP50, "");
    table.add("publish to commit announced" + at + "p99", commitP99, "ms", brokerP99, "");
    table.add("publish to subscriber" + at + "p50", subscriberP50, "ms", brokerP50, "");
    table.add("publish to subscriber" + at + "p99", subscriberP99, "ms", brokerP99, "at most 5");
  }
}
