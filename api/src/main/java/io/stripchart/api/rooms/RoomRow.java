package io.stripchart.api.rooms;

import io.stripchart.api.stored.GroupRange;
import io.stripchart.api.stored.SeriesRow;
import java.util.List;

/**
 * A room in a list.
 *
 * @param series all of the room
 * @param sensors how many there are, whatever they measure
 */
public record RoomRow(RoomName name, List<SeriesRow> series, long sensors) {
  static RoomRow of(RoomName name, List<SeriesRow> series) {
    var range = new GroupRange(name.prefix() + '.', "", "");
    long sensors = series.stream().map(one -> range.group(one.name())).distinct().count();
    return new RoomRow(name, series, sensors);
  }

  /** Those of one quantity. */
  List<SeriesRow> series(String quantity) {
    return series.stream().filter(one -> one.name().endsWith('.' + quantity)).toList();
  }
}
