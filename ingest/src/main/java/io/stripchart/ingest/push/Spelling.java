package io.stripchart.ingest.push;

import java.util.List;

/** How the fields of a room's reading are called. What is called otherwise is ignored. */
record Spelling(List<Name> names) {
  /** In {@code /rooms/{room}/{quantity}}. */
  static final Spelling QUANTITY =
      new Spelling(
          List.of(
              new Name("sensor", Field.SENSOR),
              new Name("value", Field.VALUE),
              new Name("time", Field.TIME)));

  /** In {@code /rooms/{room}/temperature}. */
  static final Spelling TEMPERATURE =
      new Spelling(
          List.of(
              new Name("sensor", Field.SENSOR),
              new Name("temperature", Field.VALUE),
              new Name("value", Field.VALUE),
              new Name("time", Field.TIME)));

  /** In {@code /temperature}, whose path names no room. */
  static final Spelling FLAT =
      new Spelling(
          List.of(
              new Name("building_id", Field.BUILDING),
              new Name("room_id", Field.ROOM),
              new Name("sensor_id", Field.SENSOR),
              new Name("temperature", Field.VALUE),
              new Name("timestamp", Field.TIME)));

  /** What a field means. */
  enum Field {
    BUILDING,
    ROOM,
    SENSOR,
    VALUE,
    TIME
  }

  /** A name in JSON, and what it means. */
  record Name(String text, Field field) {}

  /** Null where the name means nothing. */
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
