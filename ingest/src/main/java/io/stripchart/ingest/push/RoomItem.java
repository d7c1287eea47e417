package io.stripchart.ingest.push;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.stripchart.common.reading.JsonItems;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.ReadingJson;
import io.stripchart.common.reading.SeriesName;
import io.stripchart.ingest.push.Spelling.Field;
import java.io.IOException;
import java.time.Instant;

/** One reading of a room, field by field, and the first problem that it has. */
final class RoomItem {
  private final RoomForm form;
  private String building;
  private String room;
  private String sensor;
  private String valueName;
  private double value = Double.NaN;
  private Instant time;
  private String problem;

  RoomItem(RoomForm form) {
    this.form = form;
    this.building = form.building();
    this.room = form.room();
  }

  /** Takes in the item that the parser stands on. */
  void read(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      note("must be an object, is " + JsonItems.shown(parser));
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var name = parser.currentName();
      var field = form.spelling().field(name);
      parser.nextToken();
      if (field != null) take(field, name, parser);
      parser.skipChildren();
    }
    if (room == null) missing(Field.ROOM);
    if (valueName == null) missing(Field.VALUE);
  }

  /** Null where there is a problem. */
  String series() {
    if (problem != null) return null;
    try {
      return form.series(building, room, sensor == null ? RoomForm.DEFAULT_SENSOR : sensor);
    } catch (MalformedReadingException e) {
      // The path has been looked at: it is the item's part that makes the name too long.
      note(
          form.spelling().name(sensor == null ? Field.ROOM : Field.SENSOR) + ": " + e.getMessage());
      return null;
    }
  }

  ReadingJson.Item toItem(int index) {
    return new ReadingJson.Item(index, value, time, problem);
  }

  private void take(Field field, String name, JsonParser parser) throws IOException {
    if (field == Field.VALUE) {
      takeValue(name, parser);
      return;
    }
    if (parser.currentToken() == JsonToken.VALUE_NULL) return;
    switch (field) {
      case BUILDING -> building = word(name, parser);
      case ROOM -> room = word(name, parser);
      case SENSOR -> sensor = word(name, parser);
      default -> takeTime(name, parser);
    }
  }

  private void takeValue(String name, JsonParser parser) throws IOException {
    if (valueName != null && !valueName.equals(name)) {
      note(name + ": stands beside " + valueName + ", which means the same; give one of them");
    }
    valueName = name;
    if (!parser.currentToken().isNumeric()) {
      note(name + ": must be a number, is " + JsonItems.shown(parser));
      return;
    }
    value = parser.getDoubleValue();
    // JSON has no infinity, but 1e999 reads as one.
    if (!Double.isFinite(value)) note(name + ": must be finite, is beyond the range of a double");
  }

  private void takeTime(String name, JsonParser parser) throws IOException {
    try {
      time = JsonItems.time(parser);
    } catch (MalformedReadingException e) {
      note(name + e.getMessage().substring(e.getMessage().indexOf(':')));
    }
  }

  private String word(String name, JsonParser parser) throws IOException {
    var token = parser.currentToken();
    if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
      note(name + ": must be a string or a whole number, is " + JsonItems.shown(parser));
      return "";
    }
    var word = parser.getText();
    try {
      SeriesName.checkWord(name, word);
    } catch (MalformedReadingException e) {
      note(e.getMessage());
    }
    return word;
  }

  private void missing(Field field) {
    note(form.spelling().name(field) + ": is missing");
  }

  private void note(String found) {
    if (problem == null) problem = found;
  }
}
