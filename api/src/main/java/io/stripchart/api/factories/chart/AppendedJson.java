package io.stripchart.api.factories.chart;

import io.stripchart.api.factories.chart.AppendedPoints.Pointers;
import io.stripchart.api.factories.chart.AppendedPoints.Sent;
import io.stripchart.common.reading.TimeFields;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Reads points from JSON: three arrays of equal length, bare or under {@code chart_data}; or a list
 * of points. {@code timestamp} means the same as {@code time}.
 */
public final class AppendedJson {
  private static final String CHART = "chart_data";
  private static final String ACTUAL = ChartSeries.ACTUAL.quantity();
  private static final String GOAL = ChartSeries.GOAL.quantity();
  private static final List<String> NAMES =
      List.of(ACTUAL, GOAL, TimeFields.TIME, TimeFields.TIMESTAMP);

  private final AppendedPoints points;

  /**
   * @param points receive the parsed points
   */
  public AppendedJson(AppendedPoints points) {
    this.points = points;
  }

  /** Its errors are reported to the points. */
  public void read(Object body) {
    if (body instanceof JsonArray list) {
      list(list);
    } else if (body instanceof JsonObject object && object.containsKey(CHART)) {
      if (object.getValue(CHART) instanceof JsonObject chart && object.size() == 1) {
        arrays(chart, "#/" + CHART);
      } else {
        points.flaw(0, "#/" + CHART, "must be an object, and alone");
      }
    } else if (body instanceof JsonObject chart) {
      arrays(chart, "#");
    } else {
      points.flaw(0, "#", "must be an object of arrays, or an array of points");
    }
  }

  private boolean hasOnlyKnown(int index, JsonObject object, String pointer) {
    for (var name : object.fieldNames()) {
      if (NAMES.contains(name)) continue;
      points.flaw(index, pointer, "must have nothing but " + String.join(", ", NAMES));
      return false;
    }
    return true;
  }

  /**
   * The name of the field that gives the time; null if two fields disagree, which is told. A null
   * counts as a field that is left out.
   */
  private String time(int index, JsonObject object, String pointer) {
    var stamp = object.getValue(TimeFields.TIMESTAMP);
    if (stamp == null) return TimeFields.TIME;
    var time = object.getValue(TimeFields.TIME);
    if (time == null) return TimeFields.TIMESTAMP;
    if (EpochSeconds.isSame(time, stamp)) return TimeFields.TIME;
    points.flaw(
        index,
        pointer + "/" + TimeFields.TIMESTAMP,
        "is another time than time says, which means the same; give one");
    return null;
  }

  private void arrays(JsonObject chart, String pointer) {
    if (!hasOnlyKnown(0, chart, pointer)) return;
    var time = time(0, chart, pointer);
    if (time == null) return;
    var names = List.of(ACTUAL, GOAL, time);
    for (var name : names) {
      if (chart.getValue(name) instanceof JsonArray) continue;
      points.flaw(0, pointer + "/" + name, "must be an array");
      return;
    }
    int size = size(chart, time);
    for (var name : names) {
      if (size(chart, name) == size) continue;
      var detail =
          "must have as many items as %s, %d, has %d".formatted(time, size, size(chart, name));
      points.flaw(0, pointer + "/" + name, detail);
      return;
    }
    if (!points.count(pointer + "/" + time, size)) return;
    for (int i = 0; i < size; i++) {
      var sent = new Sent(at(chart, time, i), at(chart, ACTUAL, i), at(chart, GOAL, i));
      points.add(
          i,
          sent,
          new Pointers(
              pointer + "/" + time + "/" + i,
              pointer + "/" + ACTUAL + "/" + i,
              pointer + "/" + GOAL + "/" + i));
    }
  }

  private static int size(JsonObject chart, String name) {
    return chart.getJsonArray(name).size();
  }

  private static Object at(JsonObject chart, String name, int index) {
    return chart.getJsonArray(name).getValue(index);
  }

  private void list(JsonArray list) {
    if (!points.count("#", list.size())) return;
    for (int i = 0; i < list.size(); i++) {
      var pointer = "#/" + i;
      if (!(list.getValue(i) instanceof JsonObject point)) {
        points.flaw(i, pointer, "must be an object");
      } else if (hasOnlyKnown(i, point, pointer)) {
        var time = time(i, point, pointer);
        if (time == null) continue;
        var sent = new Sent(point.getValue(time), point.getValue(ACTUAL), point.getValue(GOAL));
        points.add(
            i,
            sent,
            new Pointers(pointer + "/" + time, pointer + "/" + ACTUAL, pointer + "/" + GOAL));
      }
    }
  }
}
