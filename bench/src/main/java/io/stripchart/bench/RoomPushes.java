package io.stripchart.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The temperatures of 1,000 sensors of a room, pushed as sensors do, until they are committed:
 * single ones, and a hundred in a push. Compared with a plain server.
 */
final class RoomPushes implements Measurement {
  private static final int SENSORS = 1_000;
  private static final int MANY = 100;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Stripchart stripchart;
  private final PlainServer plain;
  private final int seconds;
  private final Samples single = new Samples();
  private final Samples plainSingle = new Samples();
  private final Samples many = new Samples();
  private final Samples manyRequests = new Samples();
  private final Samples plainMany = new Samples();

  /**
   * @param path with {@code %d}, as the body, for a number below {@code bodies}
   */
  private record Pushes(String path, int connections, int bodies, String body) {
    static Pushes ofOne() {
      var body = "{\"sensor\":\"%d\",\"temperature\":21.37}";
      return new Pushes("/api/rooms/bench-single/temperature", 64, SENSORS, body);
    }

    static Pushes ofMany() {
      var body =
          IntStream.range(0, MANY)
              .mapToObj(i -> "{\"sensor\":\"%d-" + i + "\",\"temperature\":21.37}")
              .collect(Collectors.joining(",", "[", "]"));
      return new Pushes("/api/rooms/bench-many/temperature", 16, SENSORS / MANY, body);
    }
  }

  RoomPushes(Stripchart stripchart, PlainServer plain, int seconds) {
    this.stripchart = stripchart;
    this.plain = plain;
    this.seconds = seconds;
  }

  @Override
  public void warmUp() {
    var unused = stored(Pushes.ofOne()) + stored(Pushes.ofMany());
  }

  @Override
  public void measure() {
    plainSingle.add(plainRate(Pushes.ofOne()));
    single.add(stored(Pushes.ofOne()));
    plainMany.add(plainRate(Pushes.ofMany()));
    double stored = stored(Pushes.ofMany());
    many.add(stored);
    manyRequests.add(stored / MANY);
  }

  private double plainRate(Pushes pushes) {
    try (var load = start(plain.port(), pushes, seconds)) {
      return load.outcome(LIMIT).get("rate");
    }
  }

  /** Readings committed a second. */
  private double stored(Pushes pushes) {
    long before = stripchart.stored();
    // It pushes for longer than is measured, at either end.
    try (var load = start(stripchart.ingestPort(), pushes, seconds + Load.WARM_UP_SECONDS)) {
      stripchart.awaitStored(before + 1);
      Load.pause(Load.WARM_UP_SECONDS);
      double rate = stripchart.storedRate(seconds);
      double failed = load.outcome(LIMIT).get("failed");
      if (failed > 0) System.err.printf(Locale.ROOT, "rooms: %,.0f were refused%n", failed);
      return rate;
    } finally {
      stripchart.awaitSettled();
    }
  }

  private static Child start(int port, Pushes pushes, double seconds) {
    return Load.start(
        "HttpLoad",
        port,
        pushes.path(),
        pushes.connections(),
        Load.WARM_UP_SECONDS,
        seconds,
        pushes.body(),
        pushes.bodies());
  }

  @Override
  public void report(Table table) {
    table.add("room's single readings, pushed to commit", single, "/s", plainSingle, "");
    table.add("room's readings, 100 in a push, to commit", many, "/s", single, "at least 3");
    table.add("room's pushes of 100, to commit", manyRequests, "/s", plainMany, "");
  }
}
