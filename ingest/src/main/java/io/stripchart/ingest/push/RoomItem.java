package io.stripchart.ingest.push;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.stripchart.common.reading.FieldNames;
import io.stripchart.common.reading.JsonItems;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.ReadingJson;
import io.stripchart.common.reading.SeriesName;
import io.stripchart.common.reading.TimeFields;
import io.stripchart.ingest.push.Spelling.Field;
import java.io.IOException;

/** One reading of a room, field by field, and the first problem that it has. */
final class RoomItem {
  private final RoomForm form;
  private String building;
  private String room;
  private String sensor;
  private String valueName;
  private double value = Double.NaN;
  private final TimeFields times;
  private String problem;
  private String problemField;

  RoomItem(RoomForm form) {
    this.form = form;
    this.times = new TimeFields(form.spelling().time(), form.precision(), PushForm.OF_NUMBERS);
    this.building = form.building();
    this.room = form.room();
  }

  /** Takes in the item that the parser stands on. */
  void read(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      note(null, "must be an object, is " + JsonItems.shown(parser));
      parser.skipChildren();
      return;
    }
    var names = new FieldNames();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var name = parser.currentName();
      parser.nextToken();
      try {
        names.add(name);
        take(name, parser);
      } catch (MalformedReadingException e) {
        note(name, e.getMessage());
      }
      parser.skipChildren();
    }
    if (room == null) missing(Field.ROOM);
    if (valueName == null) missing(Field.VALUE);
  }

  /** Null if there is a problem. */
  String series() {
    if (problem != null) return null;
    try {
      return form.series(building, room, sensor == null ? RoomForm.DEFAULT_SENSOR : sensor);
    } catch (MalformedReadingException e) {
      // The path has been looked at: it is the item's part that makes the name too long.
      var field = form.spelling().name(sensor == null ? Field.ROOM : Field.SENSOR);
      note(field, field + ": " + e.getMessage());
      return null;
    }
  }

  ReadingJson.Item toItem(int index) {
    return problem == null
        ? ReadingJson.Item.sound(index, value, times.time(), times.field())
        : ReadingJson.Item.unsound(index, problemField, problem);
  }

  private void take(String name, JsonParser parser) throws IOException {
    var field = form.spelling().field(name);
    if (field == Field.VALUE) {
      takeValue(name, parser);
    } else if (field == null) {
      if (TimeFields.concern(name)) times.take(name, parser);
    } else if (parser.currentToken() != JsonToken.VALUE_NULL) {
      switch (field) {
        case BUILDING -> building = word(name, parser);
        case ROOM -> room = word(name, parser);
        default -> sensor = word(name, parser);
      }
    }
  }

  private void takeValue(String name, JsonParser parser) throws IOException {
    if (valueName != null && !valueName.equals(name)) {
      note(
          name, name + ": stands beside " + valueName + ", which means the same; give one of them");
    }
    valueName = name;
    if (!parser.currentToken().isNumeric()) {
      note(name, name + ": must be a number, is " + JsonItems.shown(parser));
      return;
    }
    value = parser.getDoubleValue();
    // JSON has no infinity, but 1e999 reads as one.
    if (!Double.isFinite(value)) {
      note(name, name + ": must be finite, is beyond the range of a double");
    }
  }

  private String word(String name, JsonParser parser) throws IOException {
    var token = parser.currentToken();
    if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
      note(name, name + ": must be a string or a whole number, is " + JsonItems.shown(parser));
      return "";
    }
    var word = parser.getText();
    try {
      SeriesName.checkWord(name, word);
    } catch (MalformedReadingException e) {
      note(name, e.getMessage());
    }
    return word;
  }

  private void missing(Field field) {
    var name = form.spelling().name(field);
    note(name, name + ": is missing");
  }

  private void note(String field, String found) {
    if (problem != null) return;
    problem = found;
    problemField = field;
  }
}
