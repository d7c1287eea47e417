package io.stripchart.compose.load;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.reading.TimeFields;
import java.io.IOException;
import java.time.Instant;

/** A factory while it is read; its fields come in any order. */
final class FactoryDraft {
  static final String TIME = TimeFields.TIME;
  static final String ACTUAL = "sprocket_production_actual";
  static final String GOAL = "sprocket_production_goal";

  private static final int MAX_NAME = 255;

  private final String path;
  private final Refusals refusals;
  private final int maxPlaces;
  private final AcceptableTimes times;
  private Integer id;
  private boolean badId;
  private String name;
  private Column<Instant> time;
  private boolean timesDiffer;
  private Column<Double> actual;
  private Column<Double> goal;

  FactoryDraft(String path, int position, Refusals refusals, int maxPlaces, AcceptableTimes times) {
    this.path = path;
    this.id = position;
    this.refusals = refusals;
    this.maxPlaces = maxPlaces;
    this.times = times;
  }

  /** Reads the object at whose begin the parser stands, to its end. */
  void read(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var field = parser.currentName();
      var token = parser.nextToken();
      switch (field) {
        case "id" -> readId(parser, token);
        case "name" -> readName(parser, token);
        case "chart_data" -> {
          if (token == JsonToken.START_OBJECT) readChart(parser);
          else refuse(".chart_data", "must be an object, is " + Tokens.shown(parser));
        }
        default -> {}
      }
      parser.skipChildren();
    }
  }

  private void readId(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NULL) return;
    badId = true;
    if (token == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() == JsonParser.NumberType.INT
        && parser.getIntValue() >= 0) {
      id = parser.getIntValue();
      badId = false;
    } else {
      refuse(".id", "must be a whole number, 0 to 2147483647, is " + Tokens.shown(parser));
    }
  }

  private void readName(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NULL) return;
    var text = token == JsonToken.VALUE_STRING ? parser.getText().strip() : "";
    if (!text.isEmpty() && text.length() <= MAX_NAME && text.indexOf('\0') < 0) name = text;
    else refuse(".name", "must be a string of 1 to " + MAX_NAME + " characters");
  }

  private void readChart(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var field = parser.currentName();
      var token = parser.nextToken();
      boolean ours = isTime(field) || field.equals(ACTUAL) || field.equals(GOAL);
      if (ours && token == JsonToken.START_ARRAY) readColumn(field, parser);
      else if (ours && token != JsonToken.VALUE_NULL)
        refuse(".chart_data." + field, "must be an array, is " + Tokens.shown(parser));
      parser.skipChildren();
    }
  }

  /** Both names mean the same, as in all that takes readings. */
  private static boolean isTime(String field) {
    return field.equals(TIME) || field.equals(TimeFields.TIMESTAMP);
  }

  private void readColumn(String field, JsonParser parser) throws IOException {
    var where = path + ".chart_data." + field;
    switch (field) {
      case TIME, TimeFields.TIMESTAMP ->
          readTimes(Tokens.times(parser, new Column<>(where, maxPlaces), times));
      case ACTUAL -> actual = first(actual, Tokens.values(parser, new Column<>(where, maxPlaces)));
      default -> goal = first(goal, Tokens.values(parser, new Column<>(where, maxPlaces)));
    }
  }

  private void readTimes(Column<Instant> read) {
    if (time == null || time.path().equals(read.path())) {
      time = first(time, read);
    } else if (!time.isSame(read)) {
      refusals.add(
          read.path(), "holds other times than " + time.path() + ", which means the same", 0);
      timesDiffer = true;
    }
  }

  private <T> Column<T> first(Column<T> before, Column<T> read) {
    if (before == null) return read;
    refusals.add(read.path(), "is there twice; the first counts", read.length());
    return before;
  }

  /** The data read so far; null if its factory is unknown, and then it is refused. */
  FactoryEntry entry() {
    if (badId) {
      long values = (actual == null ? 0 : actual.length()) + (goal == null ? 0 : goal.length());
      refusals.add(path, "has no id that can be used", values);
      return null;
    }
    var usable = timesDiffer ? null : time;
    return new FactoryEntry(id, name == null ? "Factory " + id : name, usable, actual, goal);
  }

  private void refuse(String field, String problem) {
    refusals.add(path + field, problem, 1);
  }
}
