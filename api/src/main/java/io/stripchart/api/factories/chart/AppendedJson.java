package io.stripchart.api.factories.chart;

import io.stripchart.api.factories.chart.AppendedPoints.Pointers;
import io.stripchart.api.factories.chart.AppendedPoints.Sent;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Reads points from JSON: three arrays of equal length, as a chart is told, bare or under {@code
 * chart_data}; or a list of points.
 */
public final class AppendedJson {
  private static final String CHART = "chart_data";
  private static final String TIME = "time";
  private static final String ACTUAL = ChartSeries.ACTUAL.quantity();
  private static final String GOAL = ChartSeries.GOAL.quantity();
  private static final List<String> NAMES = List.of(ACTUAL, GOAL, TIME);

  private final AppendedPoints points;

  /**
   * @param points are given what is read
   */
  public AppendedJson(AppendedPoints points) {
    this.points = points;
  }

  /** Whatever is wrong with it, the points are told. */
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

  private void arrays(JsonObject chart, String pointer) {
    if (!hasOnlyKnown(0, chart, pointer)) return;
    for (var name : NAMES) {
      if (chart.getValue(name) instanceof JsonArray) continue;
      points.flaw(0, pointer + "/" + name, "must be an array");
      return;
    }
    int size = size(chart, TIME);
    for (var name : NAMES) {
      if (size(chart, name) == size) continue;
      var detail = "must have as many items as time, %d, has %d".formatted(size, size(chart, name));
      points.flaw(0, pointer + "/" + name, detail);
      return;
    }
    if (!points.count(pointer + "/" + TIME, size)) return;
    for (int i = 0; i < size; i++) {
      var sent = new Sent(at(chart, TIME, i), at(chart, ACTUAL, i), at(chart, GOAL, i));
      points.add(i, sent, pointers(pointer, i));
    }
  }

  private static int size(JsonObject chart, String name) {
    return chart.getJsonArray(name).size();
  }

  private static Object at(JsonObject chart, String name, int index) {
    return chart.getJsonArray(name).getValue(index);
  }

  private static Pointers pointers(String chart, int i) {
    return new Pointers(
        chart + "/" + TIME + "/" + i, chart + "/" + ACTUAL + "/" + i, chart + "/" + GOAL + "/" + i);
  }

  private void list(JsonArray list) {
    if (!points.count("#", list.size())) return;
    for (int i = 0; i < list.size(); i++) {
      var pointer = "#/" + i;
      if (!(list.getValue(i) instanceof JsonObject point)) {
        points.flaw(i, pointer, "must be an object");
      } else if (hasOnlyKnown(i, point, pointer)) {
        var sent = new Sent(point.getValue(TIME), point.getValue(ACTUAL), point.getValue(GOAL));
        points.add(
            i,
            sent,
            new Pointers(pointer + "/" + TIME, pointer + "/" + ACTUAL, pointer + "/" + GOAL));
      }
    }
  }
}
