package io.stripchart.api.rooms;

import io.stripchart.common.reading.Reading;

/**
 * One quantity of a sensor of a room: a series.
 *
 * @param current its latest reading; null if it has none
 */
public record Sensor(String name, String quantity, Reading current) {
  /**
   * @param series one of the room's
   */
  static Sensor of(RoomName room, String series, Reading current) {
    int name = room.prefix().length() + 1;
    int dot = series.indexOf('.', name);
    return new Sensor(series.substring(name, dot), series.substring(dot + 1), current);
  }

  Sensor with(Reading newer) {
    return new Sensor(name, quantity, newer);
  }
}
