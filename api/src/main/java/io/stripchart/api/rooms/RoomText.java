package io.stripchart.api.rooms;

import io.stripchart.api.rest.Text;
import io.stripchart.api.rolling.RollingAverage;
import java.util.Collection;
import java.util.List;

/** Rooms as JSON. */
final class RoomText {
  private RoomText() {}

  static String room(RoomName room, RollingAverage average, List<Sensor> sensors) {
    var json = new StringBuilder(128 + 100 * sensors.size());
    name(json, room);
    average(json, average);
    json.append(",\"sensors\":").append(sensors.stream().map(Sensor::name).distinct().count());
    json.append(",\"current\":");
    array(json, sensors, RoomText::sensor);
    return json.append('}').toString();
  }

  private static void sensor(StringBuilder json, Sensor sensor) {
    Text.json(json.append("{\"sensor\":"), sensor.name());
    Text.json(json.append(",\"quantity\":"), sensor.quantity());
    var current = sensor.current();
    Text.json(json.append(",\"time\":"), current == null ? null : current.time());
    Text.json(json.append(",\"value\":"), current == null ? null : current.value());
    json.append('}');
  }

  private static void name(StringBuilder json, RoomName room) {
    json.append('{');
    if (room.building() != null) {
      Text.json(json.append("\"building\":"), room.building());
      json.append(',');
    }
    Text.json(json.append("\"room\":"), room.room());
  }

  private static void average(StringBuilder json, RollingAverage average) {
    Text.json(json.append(",\"average\":"), average.value());
    json.append(",\"count\":").append(average.count());
  }

  /** An average with its window. */
  static String average(RoomName room, RollingAverage average) {
    var json = new StringBuilder(160);
    name(json, room);
    average(json, average);
    Text.json(json.append(",\"from\":"), average.from());
    Text.json(json.append(",\"to\":"), average.to());
    return json.append('}').toString();
  }

  /**
   * @param averages of the rooms, in their order
   * @param next a link; null if no more follow
   */
  static String rooms(List<RoomRow> rooms, List<RollingAverage> averages, String next) {
    var json = new StringBuilder(64 + 100 * rooms.size()).append("{\"rooms\":");
    var place = averages.iterator();
    array(
        json,
        rooms,
        (text, row) -> {
          name(text, row.name());
          average(text, place.next());
          text.append(",\"sensors\":").append(row.sensors()).append('}');
        });
    Text.json(json.append(",\"next\":"), next);
    return json.append('}').toString();
  }

  static String buildings(List<String> buildings, String next) {
    var json = new StringBuilder(64 + 40 * buildings.size()).append("{\"buildings\":");
    array(
        json,
        buildings,
        (text, building) -> {
          Text.json(text.append("{\"building\":"), building);
          text.append('}');
        });
    Text.json(json.append(",\"next\":"), next);
    return json.append('}').toString();
  }

  private interface Writer<T> {
    void write(StringBuilder json, T item);
  }

  private static <T> void array(StringBuilder json, Collection<T> items, Writer<T> writer) {
    char separator = '[';
    for (var item : items) {
      writer.write(json.append(separator), item);
      separator = ',';
    }
    json.append(items.isEmpty() ? "[]" : "]");
  }
}
