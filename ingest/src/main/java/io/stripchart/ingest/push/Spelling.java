package io.stripchart.ingest.push;

import io.stripchart.common.reading.TimeFields;
import java.util.List;

/**
 * Names of the fields of a room's reading, except its time, which {@link TimeFields} knows. Other
 * fields are ignored.
 *
 * @param time name of a time in messages
 */
record Spelling(List<Name> names, String time) {
  /** In {@code /rooms/{room}/{quantity}}. */
  static final Spelling QUANTITY =
      new Spelling(
          List.of(new Name("sensor", Field.SENSOR), new Name("value", Field.VALUE)),
          TimeFields.TIME);

  /** In {@code /rooms/{room}/temperature}. */
  static final Spelling TEMPERATURE =
      new Spelling(
          List.of(
              new Name("sensor", Field.SENSOR),
              new Name("temperature", Field.VALUE),
              new Name("value", Field.VALUE)),
          TimeFields.TIME);

  /** In {@code /temperature}, whose path names no room. */
  static final Spelling FLAT =
      new Spelling(
          List.of(
              new Name("building_id", Field.BUILDING),
              new Name("room_id", Field.ROOM),
              new Name("sensor_id", Field.SENSOR),
              new Name("temperature", Field.VALUE)),
          TimeFields.TIMESTAMP);

  /** Meaning of a field. */
  enum Field {
    BUILDING,
    ROOM,
    SENSOR,
    VALUE
  }

  /** A name in JSON, and its meaning. */
  record Name(String text, Field field) {}

  /** Null if the name means nothing. */
  Field field(String name) {
    for (var known : names) {
      if (known.text.equals(name)) return known.field;
    }
    return null;
  }

  /** The usual name of a field that this spelling has. */
  String name(Field field) {
    for (var known : names) {
      if (known.field == field) return known.text;
    }
    throw new IllegalArgumentException(this + " has no " + field);
  }
}
