package io.stripchart.ingest.push;

import io.stripchart.common.reading.EpochPrecision;
import io.stripchart.common.reading.JsonItems;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.SeriesName;

/**
 * Readings of rooms, of any of their sensors: objects.
 *
 * @param building null if the path names none
 * @param room null if each item names its own
 * @param precision of times that are numbers; null if there must be none
 */
record RoomForm(
    Spelling spelling, String building, String room, String quantity, EpochPrecision precision)
    implements PushForm {
  static final String DEFAULT_SENSOR = "0";

  /** {@code POST /temperature}. */
  static RoomForm flat(EpochPrecision precision) {
    return new RoomForm(Spelling.FLAT, null, null, "temperature", precision);
  }

  /**
   * Of one room.
   *
   * @param building null if there is none
   * @throws MalformedReadingException if the name of a series would be too long
   */
  static RoomForm of(String building, String room, String quantity, EpochPrecision precision) {
    var spelling = quantity.equals("temperature") ? Spelling.TEMPERATURE : Spelling.QUANTITY;
    var form = new RoomForm(spelling, building, room, quantity, precision);
    form.series(building, room, DEFAULT_SENSOR);
    return form;
  }

  @Override
  public int read(byte[] body, Taker taker) {
    return JsonItems.each(
        body,
        MAX_ITEMS,
        (parser, index) -> {
          var item = new RoomItem(this);
          item.read(parser);
          taker.take(item.series(), item.toItem(index));
        });
  }

  /**
   * @throws MalformedReadingException if the name would be too long
   */
  String series(String itsBuilding, String itsRoom, String sensor) {
    var name = new StringBuilder(64);
    if (itsBuilding != null) name.append("building.").append(itsBuilding).append('.');
    name.append("room.").append(itsRoom).append('.').append(sensor).append('.').append(quantity);
    return SeriesName.check(name.toString());
  }
}
