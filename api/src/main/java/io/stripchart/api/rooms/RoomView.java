package io.stripchart.api.rooms;

import io.stripchart.api.kept.View;
import io.stripchart.api.rest.Reply;
import io.stripchart.api.rolling.RollingAverage;
import io.stripchart.common.reading.Reading;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A room's sensors with their latest readings. Belongs to one context. */
public final class RoomView implements View {
  /** Of a sensor's objects and its line of text, beside its name. */
  private static final int SENSOR_BYTES = 400;

  private final RoomName room;

  /** By the names of their series, so that every process has them in the same order. */
  private final Map<String, Sensor> sensors = new TreeMap<>();

  private long weight = SENSOR_BYTES;
  private Told told;

  private record Told(Double average, long count, Reply.Kept reply) {
    boolean is(RollingAverage other) {
      return Objects.equals(average, other.value()) && count == other.count();
    }
  }

  RoomView(RoomName room) {
    this.room = room;
  }

  /** Whether a series of the room exists. */
  public boolean isKnown() {
    return !sensors.isEmpty();
  }

  @Override
  public boolean exists() {
    return isKnown();
  }

  /** By name; a sensor that measures several quantities is there once for each. */
  public List<Sensor> sensors() {
    return List.copyOf(sensors.values());
  }

  /**
   * @param current null if the series has no reading
   */
  void put(String series, Reading current) {
    var before = sensors.get(series);
    if (before == null) weight += SENSOR_BYTES + 4L * series.length();
    sensors.put(series, before == null ? Sensor.of(room, series, current) : before.with(current));
    told = null;
  }

  @Override
  public void add(List<Reading> readings) {
    for (var reading : readings) {
      var sensor = sensors.get(reading.series());
      var current = sensor == null ? null : sensor.current();
      if (current == null || current.time().isBefore(reading.time())) {
        put(reading.series(), reading);
      }
    }
  }

  @Override
  public long weight() {
    return weight;
  }

  /** The room as a document; put together again only where something of it has changed. */
  Reply reply(RollingAverage average) {
    if (told == null || !told.is(average)) {
      var text = RoomText.room(room, average, sensors());
      told = new Told(average.value(), average.count(), Reply.Kept.of(text));
    }
    return told.reply;
  }
}
