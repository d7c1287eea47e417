package io.stripchart.api.factories.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class AppendedJsonTest {
  private static final Instant FUTURE = Instant.ofEpochSecond(2_000_000_000);

  private static AppendedPoints read(String json) {
    var points = new AppendedPoints(time -> time.isAfter(FUTURE), "in the past");
    new AppendedJson(points).read(Json.decodeValue(json));
    return points;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'chart_data': {'time': [1611204818, 1.5], 'sprocket_production_actual': [32, null],"
            + " 'sprocket_production_goal': [31, 30.5]}}",
        "{'time': [1611204818, '1970-01-01T00:00:01.5Z'], 'sprocket_production_actual': [32, null],"
            + " 'sprocket_production_goal': [31, 30.5]}",
        "[{'time': 1611204818, 'sprocket_production_actual': 32, 'sprocket_production_goal': 31},"
            + " {'time': 1.5, 'sprocket_production_goal': 30.5}]",
        "{'timestamp': [1611204818, 1.5], 'sprocket_production_actual': [32, null],"
            + " 'sprocket_production_goal': [31, 30.5]}",
        "{'time': ['2021-01-21T04:53:38Z', 1.5], 'timestamp': [1611204818, 1.5],"
            + " 'sprocket_production_actual': [32, null], 'sprocket_production_goal': [31, 30.5]}",
        "[{'timestamp': 1611204818, 'time': null, 'sprocket_production_actual': 32,"
            + " 'sprocket_production_goal': 31},"
            + " {'time': 1.5, 'timestamp': '1.5', 'sprocket_production_goal': 30.5}]"
      })
  void readsArraysAndLists(String json) {
    var points = read(json.replace('\'', '"'));
    assertThat(points.flaws()).isEmpty();
    assertThat(points.points())
        .containsExactly(
            new ChartPoint(Instant.ofEpochSecond(1_611_204_818), 32.0, 31.0),
            new ChartPoint(Instant.ofEpochMilli(1_500), null, 30.5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1|#|must be an object of arrays, or an array of points",
        "[5]|#/0|must be an object",
        "[{'time': 1, 'extra': 1}]|#/0|must have nothing but",
        "[{'time': 1, 'ts': 1}]|#/0|must have nothing but",
        "[{'datetime': 1}]|#/0|must have nothing but",
        "[{'time': 1, 'timestamp': 2}]|#/0/timestamp|is another time than time says",
        "[{'time': 1, 'timestamp': 'soon'}]|#/0/timestamp|is another time than time says",
        "[{'timestamp': -1}]|#/0/timestamp|1970",
        "{'date': [1], 'time': [1], 'sprocket_production_actual': [1],"
            + " 'sprocket_production_goal': [1]}|#|must have nothing but",
        "{'time': [1, 2], 'timestamp': [1, 3], 'sprocket_production_actual': [1, 2],"
            + " 'sprocket_production_goal': [1, 2]}|#/timestamp|is another time than time says",
        "{'timestamp': [1, 2], 'sprocket_production_actual': [1], 'sprocket_production_goal':"
            + " [1, 2]}|#/sprocket_production_actual|must have as many items as timestamp, 2",
        "[{'sprocket_production_goal': 1}]|#/0/time|time: must be seconds of the epoch",
        "[{'time': -1}]|#/0/time|1970",
        "[{'time': 'soon'}]|#/0/time|RFC 3339",
        "[{'time': '999999999999999'}]|#/0/time|RFC 3339",
        "[{'time': '999999999999.999999'}]|#/0/time|9999",
        "[{'time': 1e300}]|#/0/time|seconds of the epoch",
        "[{'time': 2000000001}]|#/0/time|must be in the past",
        "[{'time': 1}, {'time': 1.0}]|#/1/time|must be another one than that of point 0",
        "[{'time': 1, 'sprocket_production_goal': '5'}]|#/0/sprocket_production_goal|must be a"
            + " finite number or null",
        "{'chart_data': 5}|#/chart_data|must be an object, and alone",
        "{'chart_data': {}, 'id': 1}|#/chart_data|alone",
        "{'chart_data': {'time': [1]}}|#/chart_data/sprocket_production_actual|must be an array",
        "{'time': [1, 2], 'sprocket_production_actual': [1], 'sprocket_production_goal': [1,"
            + " 2]}|#/sprocket_production_actual|must have as many items as time, 2, has 1",
        "{'time': [1], 'sprocket_production_actual': [true], 'sprocket_production_goal':"
            + " [1]}|#/sprocket_production_actual/0|finite number",
      })
  void namesWhatIsWrong(String json, String pointer, String detail) {
    var flaws = read(json.replace('\'', '"')).flaws();
    assertThat(flaws).hasSize(1);
    assertThat(flaws.get(0).pointer()).isEqualTo(pointer);
    assertThat(flaws.get(0).detail()).contains(detail);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{'time': [], 'sprocket_production_actual': [], 'sprocket_production_goal': []}"
      })
  void takesNoPointsAsAPushDoes(String json) {
    var points = read(json.replace('\'', '"'));
    assertThat(points.flaws()).isEmpty();
    assertThat(points.points()).isEmpty();
  }

  @Test
  void tellsOfTheFirstFlawsOnly() {
    assertThat(read("[" + "{},".repeat(99) + "{}]").flaws()).hasSize(20);
  }

  @Test
  void takesSoManyOnly() {
    var json = new StringBuilder("[");
    for (int i = 0; i <= AppendedPoints.MAX; i++) json.append("{\"time\":").append(i).append("},");
    assertThat(read(json.append("{}]").toString()).flaws().get(0).detail()).contains("2,002");
  }

  @Test
  void keepsMicroseconds() {
    var points = read("[{\"time\": 1611204818.123457}]").points();
    assertThat(points.get(0).time()).isEqualTo(Instant.parse("2021-01-21T04:53:38.123457Z"));
    assertThat(EpochSeconds.parse("1611204818.1234579"))
        .isEqualTo(Instant.parse("2021-01-21T04:53:38.123457Z"));
  }
}
