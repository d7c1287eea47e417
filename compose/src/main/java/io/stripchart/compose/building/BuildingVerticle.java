package io.stripchart.compose.building;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A building whose sensors push their temperatures to ingest over HTTP, each by itself. Stands in
 * for a real one where Stripchart is tried, or loaded.
 */
public final class BuildingVerticle extends VerticleBase {
  private static final long TICK_MILLIS = 10;

  private final Building building;
  private final URI url;
  private final MeterRegistry registry;
  private final RoomCurve curve = new RoomCurve(new SplittableRandom());
  private IngestClient client;
  private Rounds rounds;
  private long begun;
  private long timer;

  /**
   * @param url of ingest
   */
  public BuildingVerticle(Building building, URI url, MeterRegistry registry) {
    this.building = building;
    this.url = url;
    this.registry = registry;
  }

  @Override
  public Future<?> start() {
    client = new IngestClient(vertx, url, new BuildingMetrics(registry));
    rounds = new Rounds(building.all(), building.interval().toNanos());
    begun = System.nanoTime();
    timer = vertx.setPeriodic(TICK_MILLIS, tick -> measure());
    return Future.succeededFuture();
  }

  private void measure() {
    var now = Instant.now();
    for (int due = rounds.due(System.nanoTime() - begun); due > 0; due--) {
      int place = rounds.next();
      // Neighbours in time are in different rooms, so that each room's sensors are spread too.
      push(now, place % building.rooms(), place / building.rooms());
    }
  }

  private void push(Instant now, int room, int sensor) {
    client.push(
        "/api/rooms/" + Building.number(room) + "/temperature",
        () ->
            String.format(
                Locale.ROOT,
                "{\"sensor\":\"%d\",\"temperature\":%s}",
                sensor + 1,
                curve.shownAt(now, room, sensor)));
  }

  @Override
  public Future<?> stop() {
    vertx.cancelTimer(timer);
    return client.close();
  }
}
