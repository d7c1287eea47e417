package io.stripchart.api.rooms;

import io.stripchart.api.stored.GroupRange;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.SeriesName;
import io.stripchart.common.reading.SeriesPattern;

/**
 * A room, by its name and its building's. Its series are {@code room.<room>.<sensor>.<quantity>},
 * with {@code building.<building>.} before it if it has one; there is nothing else of a room.
 *
 * @param building null for a room that is in none
 */
public record RoomName(String building, String room) {
  private static final int MIN_REST = ".s.q".length();

  /**
   * @throws MalformedReadingException if one of them is no word of a series' name, or both together
   *     are too long
   */
  public RoomName {
    if (building != null) SeriesName.checkWord("building", building);
    SeriesName.checkWord("room", room);
    int most = SeriesName.MAX_BYTES - prefix(building).length() - MIN_REST;
    if (room.length() > most) {
      throw new MalformedReadingException(
          "room: at most " + most + " characters here, as its series' names are longer");
    }
  }

  /** Prefix of all series of a building's rooms; ends with a dot. */
  private static String prefix(String building) {
    return building == null ? "room." : "building." + building + ".room.";
  }

  /**
   * The series of a building's rooms.
   *
   * @param building null for rooms that are in none
   * @param after rooms behind this one; "" for all
   */
  static GroupRange range(String building, String after) {
    return new GroupRange(prefix(building), "\\.[^.]+\\.[^.]+", after);
  }

  /** Prefix of all series of the room, up to a dot. */
  String prefix() {
    return prefix(building) + room;
  }

  /** All series of the room, and none else. */
  SeriesPattern series() {
    return SeriesPattern.of(prefix() + ".*.*");
  }

  /**
   * The series of one quantity, of all sensors of the room.
   *
   * @throws MalformedReadingException if it is not a word, or too long together with the room
   */
  public SeriesPattern series(String quantity) {
    return SeriesPattern.of(prefix() + ".*." + SeriesName.checkWord("quantity", quantity));
  }
}
