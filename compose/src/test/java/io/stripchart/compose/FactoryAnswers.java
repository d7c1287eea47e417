package io.stripchart.compose;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Answers of an api about factories' production. */
final class FactoryAnswers {
  private FactoryAnswers() {}

  /**
   * Production at a time.
   *
   * @param time seconds since 1970
   */
  record Point(long time, double actual, double goal) {}

  /** Of {@code {"factory": …}}, as the file that is loaded has them, and the answers of REST. */
  static List<Point> points(JsonObject answer) {
    var chart = answer.getJsonObject("factory").getJsonObject("chart_data");
    return points(
        chart.getJsonArray("time"),
        chart.getJsonArray("sprocket_production_actual"),
        chart.getJsonArray("sprocket_production_goal"));
  }

  private static List<Point> points(JsonArray time, JsonArray actual, JsonArray goal) {
    return IntStream.range(0, time.size())
        .mapToObj(i -> new Point(time.getLong(i), actual.getDouble(i), goal.getDouble(i)))
        .toList();
  }

  static List<Point> rest(RunningMain api, int factory) {
    return points(new JsonObject(api.rest("/api/factory/" + factory + "/chart-data")));
  }

  static List<Point> graphql(RunningMain api, int factory) {
    var query = "{ factory(id: " + factory + ") { chartData { time actual goal } } }";
    var data = new JsonObject(api.graphql(query)).getJsonObject("data");
    return data.getJsonObject("factory").getJsonArray("chartData").stream()
        .map(JsonObject.class::cast)
        .map(
            point ->
                new Point(
                    Instant.parse(point.getString("time")).getEpochSecond(),
                    point.getDouble("actual"),
                    point.getDouble("goal")))
        .toList();
  }
}
