package io.stripchart.bench;

import java.util.Locale;
import java.util.function.Supplier;

/** Devices that publish to the exchange themselves, each a reading of its own series in turn. */
final class DeviceSource implements Throughput.Source {
  /** It is ended as soon as there is one of each. */
  private static final double FIRST_SECONDS = 120;

  private final Ground ground;
  private final Stripchart stripchart;
  private final int devices;

  DeviceSource(Ground ground, Stripchart stripchart, int devices) {
    this.ground = ground;
    this.stripchart = stripchart;
    this.devices = devices;
  }

  @Override
  public String title() {
    return String.format(Locale.ROOT, "single readings of %,d series to commit", devices);
  }

  @Override
  public String wanted() {
    return "at least 0.7";
  }

  @Override
  public <T> T during(double seconds, Supplier<T> measured) {
    long before = stripchart.stored();
    // It publishes for longer than is measured, at either end.
    double publishing = seconds + 3 * Load.WARM_UP_SECONDS;
    var load = Load.start("PublishLoad", ground.brokerUri(), devices, publishing);
    try {
      stripchart.awaitStored(before + 1);
      Load.pause(Load.WARM_UP_SECONDS);
      return measured.get();
    } finally {
      load.close();
      stripchart.awaitSettled();
    }
  }

  /**
   * Publishes a reading of each series: persist creates the series, or looks them up.
   *
   * @return committed readings a second; with few series too short to be meaningful
   */
  double firstOfEach() {
    long before = stripchart.stored();
    var load = Load.start("PublishLoad", ground.brokerUri(), devices, FIRST_SECONDS);
    try {
      stripchart.awaitStored(before + 1);
      long begun = System.nanoTime();
      long first = stripchart.stored();
      long last = stripchart.awaitStored(before + devices);
      return (last - first) / ((System.nanoTime() - begun) / 1e9);
    } finally {
      load.close();
      stripchart.awaitSettled();
    }
  }

  @Override
  public void close() {}
}
