package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every figure that a double holds is given, and no series takes another's answer. */
@Timeout(120)
class ExtremeValuesIT {
  private static final double MAX = Double.MAX_VALUE;
  private static final String DAY = "from: \"2026-11-02T00:00:00Z\", to: \"2026-11-03T00:00:00Z\"";
  private static final String WINDOW = "from=2026-11-02T00:00:00Z&to=2026-11-03T00:00:00Z";

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static RunningApi api;

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    Seed.partition(database, "2026-11-02", "2026-11-03");
    store("x.good", 20, 21);
    store("x.sentinel", 20, 21, MAX);
    store("x.two", 1e308, 1e308);
    store("x.squares", 1e160, 2e160);
    store("x.apart", -MAX, MAX);
    store("x.same", MAX, MAX, MAX);
    store("x.cancels", 1e308, 1e308, -1e308, -1e308, 5);
    store("x.tiny", 1e-200, 2e-200);
    store("x.least", Double.MIN_VALUE, 3 * Double.MIN_VALUE);
    store("y.good", 1, 3);
    store("factory.1.sprocket_production_actual", 1e308, 1e308);
    store("factory.1.sprocket_production_goal", 1e308, 1e308, 5);
    store("factory.2.sprocket_production_actual", 1, 2);
    store("factory.2.sprocket_production_goal", 2, 4);
    store("factory.3.sprocket_production_actual", 1e308, 1);
    store("factory.3.sprocket_production_goal", 1e-10, 1e-10);
    database.execute("insert into factory (id, name) values (1, 'one'), (2, 'two'), (3, 'three')");
    api = new RunningApi(broker.uri(), database.uri());
  }

  private static void store(String series, double... values) {
    database.execute("insert into series (name) values (?)", series);
    for (int i = 0; i < values.length; i++) {
      database.execute(
          "insert into reading (series_id, time, value) select id, ?, ? from series where name = ?",
          Instant.parse("2026-11-02T00:00:00Z").plusSeconds(i),
          values[i],
          series);
    }
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static void assertClose(Double value, double expected) {
    assertThat(value).isCloseTo(expected, within(Math.abs(expected) * 1e-12));
  }

  @ParameterizedTest
  @CsvSource({
    "x.good, 20.5",
    "x.sentinel, 5.992310449541052e307",
    "x.two, 1e308",
    "x.squares, 1.5e160",
    "x.apart, 0",
    "x.same, 1.7976931348623157e308",
    "x.cancels, 1",
    "x.tiny, 1.5e-200",
    "x.least, 1e-323",
  })
  void givesTheMeanOfEachBucketAndWindow(String series, double mean) {
    for (var width : new String[] {"P1D", "PT1H"}) {
      var rest = api.json("/series/" + series + "/buckets?" + WINDOW + "&width=" + width);
      assertClose(rest.getJsonArray("buckets").getJsonObject(0).getDouble("mean"), mean);
    }
    assertClose(api.json("/series/" + series + "/statistics").getDouble("mean"), mean);
    assertThat(api.get("/series/" + series + "/buckets?format=csv&width=P1D&" + WINDOW).body())
        .contains("2026-11-02T00:00:00.000000Z,");
    var all = api.data("{ statistics(series: \"" + series + ".#\") { mean } }");
    assertClose(all.getJsonObject("statistics").getDouble("mean"), mean);
  }

  @ParameterizedTest
  @CsvSource({
    "x.good, 0.7071067811865476, 41",
    "x.sentinel, 1.0378986153331e308, 1.7976931348623157e308",
    "x.two, 0,",
    "x.squares, 7.071067811865475e159, 3e160",
    "x.apart, , 0",
    "x.same, 0,",
    "x.cancels, 1e308, 5",
    "x.tiny, 7.071067811865475e-201, 3e-200",
  })
  void givesTheStandardDeviationAndTheSumThatADoubleHolds(
      String series, Double stddev, Double sum) {
    var rest = api.json("/series/" + series + "/statistics");
    assertFigure(rest, rest.getJsonObject("reasons"), "stddev", stddev);
    assertFigure(rest, rest.getJsonObject("reasons"), "sum", sum);
    assertThat(rest.containsKey("reasons")).isEqualTo(stddev == null || sum == null);
    for (var name : new String[] {series, series + ".#"}) {
      var answer = api.ask("{ statistics(series: \"" + name + "\") { count mean stddev sum } }");
      var told = answer.getJsonObject("data").getJsonObject("statistics");
      assertThat(told.getInteger("count")).isGreaterThan(1);
      assertThat(told.getDouble("mean")).isNotNull();
      var reasons = new JsonObject();
      if (answer.containsKey("errors")) {
        for (int i = 0; i < answer.getJsonArray("errors").size(); i++) {
          var error = answer.getJsonArray("errors").getJsonObject(i);
          assertThat(error.getJsonObject("extensions").getString("code")).isEqualTo("BEYOND_RANGE");
          reasons.put(error.getJsonArray("path").getString(1), error.getString("message"));
        }
      }
      assertFigure(told, reasons, "stddev", stddev);
      assertFigure(told, reasons, "sum", sum);
    }
  }

  private static void assertFigure(
      JsonObject told, JsonObject reasons, String figure, Double expected) {
    if (expected == null) {
      assertThat(told.getValue(figure)).isNull();
      assertThat(reasons.getString(figure)).contains("beyond the range");
    } else {
      assertClose(told.getDouble(figure), expected);
    }
  }

  @Test
  void answersTheOthersOfAPage() {
    var answer =
        api.ask(
            "{ series(pattern: \"x.*\") { nodes { name statistics { mean stddev }"
                + " rollingAverage(window: \"PT8784H\") { value } buckets("
                + DAY
                + ", width: \"P1D\") { mean } } } }");
    var nodes = answer.getJsonObject("data").getJsonObject("series").getJsonArray("nodes");
    assertThat(nodes).hasSize(9);
    for (int i = 0; i < nodes.size(); i++) {
      var node = nodes.getJsonObject(i);
      assertThat(node.getJsonArray("buckets").getJsonObject(0).getDouble("mean")).isNotNull();
      assertThat(node.getJsonObject("statistics").getDouble("mean")).isNotNull();
    }
    assertThat(answer.getJsonArray("errors")).hasSize(1);
    assertThat(answer.getJsonArray("errors").encode()).contains("BEYOND_RANGE", "stddev");
  }

  @Test
  void givesTheStatisticsOfSeveralSeriesTogether() {
    var all =
        api.ask(
            "{ statistics(series: \"*.good\") { mean } x: statistics(series: \"x.#\") {"
                + " count min max mean stddev sum first { value } last { value } } }");
    var data = all.getJsonObject("data");
    assertThat(data.getJsonObject("statistics").getDouble("mean")).isEqualTo(11.25);
    assertThat(data.getJsonObject("x").getDouble("mean")).isNotNull();
    assertThat(data.getJsonObject("x").getDouble("stddev")).isNotNull();
    assertThat(all.getJsonArray("errors").encode()).contains("[\"x\",\"sum\"]");
  }

  @Test
  void givesTheAttainmentThatADoubleHolds() {
    var answer = api.ask("{ factories { nodes { id attainment } } }");
    var nodes = answer.getJsonObject("data").getJsonObject("factories").getJsonArray("nodes");
    assertThat(nodes.getJsonObject(0).getDouble("attainment")).isEqualTo(1);
    assertThat(nodes.getJsonObject(1).getDouble("attainment")).isEqualTo(0.5);
    assertThat(nodes.getJsonObject(2).getValue("attainment")).isNull();
    assertThat(answer.getJsonArray("errors").encode())
        .contains("BEYOND_RANGE", "[\"factories\",\"nodes\",2,\"attainment\"]");
  }
}
