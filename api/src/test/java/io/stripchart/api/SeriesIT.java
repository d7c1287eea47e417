package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class SeriesIT {
  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static RunningApi api;

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    Seed.partition(database, "2026-03-23", "2026-03-30");
    Seed.readings(database, "room.1", "2026-03-28T23:00:00Z", 5);
    Seed.readings(database, "room.2", "2026-03-29T21:59:58Z", 4);
    for (int i = 0; i < 100; i++) {
      Seed.readings(database, "many." + i, "2026-03-25T00:00:00Z", i % 7);
    }
    api = new RunningApi(broker.uri(), database.uri());
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void tellsStatisticsOfAllSeriesThatMatch() {
    assertThat(
            api.data(
                """
                { statistics(series: "room.*", from: "2026-03-28T23:00:01Z") {
                    count min max mean stddev sum
                    first { series time value } last { series time value } } }"""))
        .isEqualTo(
            new JsonObject(
                """
                {"statistics": {"count": 8, "min": 0.0, "max": 4.0, "mean": 2.0,
                 "stddev": 1.3093073414159542, "sum": 16.0,
                 "first": {"series": "room.1", "time": "2026-03-28T23:00:01.000000Z", "value": 1.0},
                 "last": {"series": "room.2", "time": "2026-03-29T22:00:01.000000Z", "value": 3.0}}}"""));
  }

  @Test
  void tellsOfOneReadingAndOfNone() {
    var question =
        "{ statistics(series: \"%s\") { count min stddev sum first { value } last { value } } }";
    assertThat(api.data(question.formatted("many.1")))
        .isEqualTo(
            new JsonObject(
                """
                {"statistics": {"count": 1, "min": 0.0, "stddev": null, "sum": 0.0,
                 "first": {"value": 0.0}, "last": {"value": 0.0}}}"""));
    for (var none : List.of("many.0", "unheard.of", "unheard.#")) {
      assertThat(api.data(question.formatted(none)))
          .isEqualTo(
              new JsonObject(
                  """
                  {"statistics": {"count": 0, "min": null, "stddev": null, "sum": null,
                   "first": null, "last": null}}"""));
    }
  }

  @Test
  void givesNodesAndTheTotalCountOfAPage() {
    var series =
        api.data(
                """
                { series(pattern: "many.*", first: 2) { totalCount nodes { name }
                    edges { node { name } } } }""")
            .getJsonObject("series");
    assertThat(series.getInteger("totalCount")).isEqualTo(100);
    assertThat(series.getJsonArray("nodes"))
        .isEqualTo(new JsonArray("[{\"name\": \"many.0\"}, {\"name\": \"many.1\"}]"));
    assertThat(series.getJsonArray("edges")).hasSize(2);
  }

  @Test
  void describesASeries() {
    var described = "{\"name\": \"many.99\", \"unit\": \"V\", \"description\": \"Battery\"}";
    assertThat(
            api.data(
                """
                mutation { describeSeries(name: "many.99", unit: "V", description: "Battery") {
                    name unit description } }"""))
        .isEqualTo(new JsonObject("{\"describeSeries\": " + described + "}"));
    assertThat(api.data("{ series(pattern: \"many.99\") { nodes { name unit description } } }"))
        .isEqualTo(new JsonObject("{\"series\": {\"nodes\": [" + described + "]}}"));
  }

  @Test
  void refusesToDescribeAnUnknownSeriesOrByTooMuch() {
    assertThat(api.error("mutation { describeSeries(name: \"un.heard\", unit: \"V\") { name } }"))
        .contains("un.heard");
    assertThat(
            api.error(
                "mutation { describeSeries(name: \"many.98\", unit: \"%s\") { name } }"
                    .formatted("V".repeat(65))))
        .contains("64");
  }

  private static JsonObject patch(String series, String body, int status) {
    var response =
        api.send(
            HttpRequest.newBuilder(api.uri("/series/" + series))
                .header("content-type", "application/json")
                .method("PATCH", BodyPublishers.ofString(body)));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return new JsonObject(response.body());
  }

  @Test
  void describesASeriesByRest() {
    var both = new JsonObject().put("unit", "°C").put("description", "Window");
    var described = both.copy().put("name", "many.97");
    assertThat(patch("many.97", both.encode(), 200)).isEqualTo(described);
    assertThat(patch("many.97", "{}", 200)).isEqualTo(described);
    assertThat(patch("many.97", "{\"unit\": null}", 200)).isEqualTo(described.putNull("unit"));
    assertThat(new JsonObject(api.get("/series/many.97").body())).isEqualTo(described);
    assertThat(api.data("{ series(pattern: \"many.97\") { nodes { description unit } } }").encode())
        .contains("{\"description\":\"Window\",\"unit\":null}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "un.heard|{\"unit\": \"V\"}|404|unknown-series|un.heard",
        "a..b|{\"unit\": \"V\"}|400|bad-parameter|name: series",
        "many.96|{\"unit\": 5}|400|bad-body|unit: must be a string, or null to remove it",
        "many.96|{\"unit\": \" \"}|400|bad-body|unit: must be 1 to 64 characters",
        "many.96|{\"description\": {}}|400|bad-body|description: must be a string",
        "many.96|{\"units\": \"V\"}|400|bad-body|body: must have nothing but unit, description",
        "many.96|{\"name\": \"x\"}|400|bad-body|body: must have nothing but unit, description",
        "many.96|{\"unit\": \"V\", \"unit\": \"A\"}|400|bad-body|unit: is given twice",
        "many.96?x=1|{}|400|unknown-parameter|x: there are no parameters here",
        "many.96|[]|400|bad-body|must be a JSON object",
        "many.96|null|400|bad-body|must be a JSON object",
      })
  void refusesToDescribeASeriesByWhatIsWrong(
      String series, String body, int status, String type, String detail) {
    var problem = patch(series, body, status);
    assertThat(problem.getString("type")).isEqualTo("urn:stripchart:problem:" + type);
    assertThat(problem.getString("detail")).contains(detail);
    assertThat(new JsonObject(api.get("/series/many.96").body()).getValue("unit")).isNull();
  }

  @Test
  void asksOnceForAFieldOfAHundredSeries() {
    var before = statements();
    var edges =
        api.data(
                """
                { series(pattern: "many.*") { edges { node { name current { value }
                    statistics { count }
                    again: statistics { mean }
                    buckets(from: "2026-03-25T00:00:00Z", to: "2026-03-25T00:00:09Z", width: "PT3S") {
                      count }
                    readings(first: 3) { edges { node { value } } } } } } }""")
            .getJsonObject("series")
            .getJsonArray("edges");
    assertThat(edges).hasSize(100);
    for (int i = 0; i < edges.size(); i++) {
      var node = edges.getJsonObject(i).getJsonObject("node");
      int count = Integer.parseInt(node.getString("name").substring(5)) % 7;
      assertThat(node.getJsonObject("statistics").getInteger("count")).isEqualTo(count);
      assertThat(sum(node.getJsonArray("buckets"))).isEqualTo(count);
      assertThat(node.getJsonObject("readings").getJsonArray("edges")).hasSize(Math.min(3, count));
    }
    var after = statements();
    assertThat(after.get("statistics") - before.get("statistics")).isEqualTo(1);
    assertThat(after.get("buckets") - before.get("buckets")).isEqualTo(1);
    assertThat(after.get("readings") - before.get("readings")).isEqualTo(1);
    assertThat(after.get("series") - before.get("series")).isEqualTo(1);
    assertThat(after.get("latest") - before.get("latest")).isEqualTo(1);
  }

  private static int sum(JsonArray buckets) {
    return buckets.stream().mapToInt(one -> ((JsonObject) one).getInteger("count")).sum();
  }

  /** Number of statements sent, by kind. */
  private static java.util.Map<String, Long> statements() {
    return api.surroundings().metrics().find("stripchart.api.query").timers().stream()
        .collect(
            java.util.stream.Collectors.toMap(
                timer -> timer.getId().getTag("query"), Timer::count));
  }

  @Test
  void asksOnceForEachSetOfArguments() {
    var before = statements().get("statistics");
    api.data(
        """
        { series(pattern: "many.*") { edges { node {
            old: statistics(to: "2026-03-25T00:00:03Z") { count }
            new: statistics(from: "2026-03-25T00:00:03Z") { count } } } } }""");
    assertThat(statements().get("statistics") - before).isEqualTo(2);
  }

  @Test
  void countsDaysOfATimeZoneOverDaylightSaving() {
    assertThat(
            api.data(
                    """
                    { series(pattern: "room.2") { edges { node {
                        buckets(from: "2026-03-28T23:00:00Z", to: "2026-03-30T22:00:00Z", width: "P1D",
                            timeZone: "Europe/Berlin") {
                          start count min max mean first last } } } } }""")
                .getJsonObject("series")
                .getJsonArray("edges")
                .getJsonObject(0)
                .getJsonObject("node")
                .getJsonArray("buckets"))
        .isEqualTo(
            new JsonArray(
                """
                [{"start": "2026-03-28T23:00:00.000000Z", "count": 2, "min": 0.0, "max": 1.0,
                  "mean": 0.5, "first": 0.0, "last": 1.0},
                 {"start": "2026-03-29T22:00:00.000000Z", "count": 2, "min": 2.0, "max": 3.0,
                  "mean": 2.5, "first": 2.0, "last": 3.0}]"""));
  }

  @Test
  void fillsBuckets() {
    assertThat(
            api.data(
                    """
                    { series(pattern: "room.1") { edges { node {
                        buckets(from: "2026-03-28T23:00:03Z", to: "2026-03-28T23:00:08Z", width: "PT2S",
                            fill: PREVIOUS) { count mean } } } } }""")
                .encode())
        .contains(
            "[{\"count\":1,\"mean\":3.0},{\"count\":1,\"mean\":4.0},{\"count\":0,\"mean\":4.0}]");
  }

  @Test
  void drawsAChart() {
    assertThat(
            api.data(
                    """
                    { chart(series: "room.1", from: "2026-03-28T23:00:00Z",
                        to: "2026-03-28T23:00:06Z", pixels: 2) { series time value } }""")
                .getJsonArray("chart"))
        .isEqualTo(
            new JsonArray(
                """
                [{"series": "room.1", "time": "2026-03-28T23:00:00.000000Z", "value": 0.0},
                 {"series": "room.1", "time": "2026-03-28T23:00:02.000000Z", "value": 2.0},
                 {"series": "room.1", "time": "2026-03-28T23:00:03.000000Z", "value": 3.0},
                 {"series": "room.1", "time": "2026-03-28T23:00:04.000000Z", "value": 4.0}]"""));
    assertThat(
            api.data(
                    """
                    { chart(series: "unheard.of", from: "2026-03-28T23:00:00Z",
                        to: "2026-03-28T23:00:06Z", pixels: 2) { value } }""")
                .getJsonArray("chart"))
        .isEmpty();
  }

  private static JsonObject page(String series, String arguments) {
    return api.data(
            """
            { series(pattern: "%s") { edges { node { readings(%s) {
                edges { cursor node { series value } }
                pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } } }"""
                .formatted(series, arguments))
        .getJsonObject("series")
        .getJsonArray("edges")
        .getJsonObject(0)
        .getJsonObject("node")
        .getJsonObject("readings");
  }

  private static List<Integer> values(JsonObject page) {
    var values = new ArrayList<Integer>();
    for (var edge : page.getJsonArray("edges")) {
      values.add(((JsonObject) edge).getJsonObject("node").getDouble("value").intValue());
    }
    return values;
  }

  private static boolean has(JsonObject page, String what) {
    return page.getJsonObject("pageInfo").getBoolean(what);
  }

  private static String cursor(JsonObject page, String which) {
    return page.getJsonObject("pageInfo").getString(which);
  }

  @Test
  void pagesForward() {
    var first = page("room.1", "first: 2");
    assertThat(values(first)).containsExactly(0, 1);
    assertThat(has(first, "hasNextPage")).isTrue();
    assertThat(has(first, "hasPreviousPage")).isFalse();
    assertThat(first.getJsonArray("edges").getJsonObject(1).getString("cursor"))
        .isEqualTo(cursor(first, "endCursor"));
    var second = page("room.1", "first: 3, after: \"" + cursor(first, "endCursor") + "\"");
    assertThat(values(second)).containsExactly(2, 3, 4);
    assertThat(has(second, "hasNextPage")).isFalse();
    assertThat(has(second, "hasPreviousPage")).isTrue();
    var behind = page("room.1", "first: 3, after: \"" + cursor(second, "endCursor") + "\"");
    assertThat(values(behind)).isEmpty();
    assertThat(cursor(behind, "startCursor")).isNull();
    var between = "first: 9, before: \"" + cursor(second, "endCursor") + "\"";
    assertThat(values(page("room.1", between))).containsExactly(0, 1, 2, 3);
  }

  @Test
  void pagesBackward() {
    var last = page("room.1", "last: 2");
    assertThat(values(last)).containsExactly(3, 4);
    assertThat(has(last, "hasNextPage")).isFalse();
    assertThat(has(last, "hasPreviousPage")).isTrue();
    var before = page("room.1", "last: 3, before: \"" + cursor(last, "startCursor") + "\"");
    assertThat(values(before)).containsExactly(0, 1, 2);
    assertThat(has(before, "hasNextPage")).isTrue();
    assertThat(has(before, "hasPreviousPage")).isFalse();
  }

  @Test
  void pagesWithinAWindow() {
    var window = "from: \"2026-03-28T23:00:01Z\", to: \"2026-03-28T23:00:04Z\", ";
    assertThat(values(page("room.1", window + "first: 2"))).containsExactly(1, 2);
    assertThat(values(page("room.1", window + "last: 2"))).containsExactly(2, 3);
    var start = cursor(page("room.1", "first: 1"), "endCursor");
    assertThat(values(page("room.1", window + "first: 9, after: \"" + start + "\"")))
        .containsExactly(1, 2, 3);
  }

  @Test
  void keepsPagesWhileReadingsArrive() {
    Seed.readings(database, "arriving", "2026-03-26T00:00:00Z", 6);
    var first = page("arriving", "first: 3");
    // One before, one within and one behind the page that was read.
    for (var time :
        List.of("2026-03-25T23:00:00Z", "2026-03-26T00:00:01.5Z", "2026-03-26T01:00:00Z")) {
      database.execute(
          "insert into reading select id, ?, 77 from series where name = 'arriving'",
          java.time.Instant.parse(time));
    }
    var second = page("arriving", "first: 9, after: \"" + cursor(first, "endCursor") + "\"");
    assertThat(values(first)).containsExactly(0, 1, 2);
    assertThat(values(second)).containsExactly(3, 4, 5, 77);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "readings { pageInfo { hasNextPage } }|first, last: exactly one of them must be given",
        "readings(first: 1, last: 1) { pageInfo { hasNextPage } }|first, last: exactly one of them",
        "readings(first: 0) { pageInfo { hasNextPage } }|first: must be 1 to 10,000, is 0",
        "readings(last: 10001) { pageInfo { hasNextPage } }|last: must be 1 to 10,000, is 10001",
        "readings(first: 1, after: \"x\") { pageInfo { hasNextPage } }|after: must be a cursor of a page",
        "readings(last: 1, before: \"x\") { pageInfo { hasNextPage } }|before: must be a cursor of a page",
        "statistics(from: \"now\") { count }|RFC 3339",
        "buckets(from: \"2026-01-01T00:00:00Z\", to: \"2027-01-01T00:00:00Z\", width: \"1h\") { count }|width: must be an ISO 8601 duration",
        "buckets(from: \"2026-01-01T00:00:00Z\", to: \"2027-01-01T00:00:00Z\", width: \"PT1S\") { count }|width: must be such that the window has at most 10,000 buckets, has 31,536,000",
        "buckets(from: \"2026-01-01T00:00:00Z\", to: \"2025-01-01T00:00:00Z\", width: \"PT1H\") { count }|to: must be after from",
        "buckets(from: \"2026-01-01T00:00:00Z\", to: \"2027-01-01T00:00:00Z\", width: \"P1D\", timeZone: \"Mars\") { count }|timeZone: must be a zone's name"
      })
  void namesTheArgumentAndItsRange(String field, String message) {
    assertThat(api.error("{ series(pattern: \"room.1\") { edges { node { " + field + " } } } }"))
        .contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "statistics(series: \"a..b\") { count }|empty word",
        "chart(series: \"room.*\", from: \"2026-01-01T00:00:00Z\", to: \"2027-01-01T00:00:00Z\", pixels: 5) { value }|series \"room.*\"",
        "chart(series: \"room.1\", from: \"2026-01-01T00:00:00Z\", to: \"2027-01-01T00:00:00Z\", pixels: 0) { value }|pixels: must be 1 to 10,000, is 0",
        "chart(series: \"room.1\", from: \"2026-01-01T00:00:00Z\", to: \"2026-01-01T00:00:00Z\", pixels: 9) { value }|to: must be after from"
      })
  void namesTheArgumentOfARootField(String field, String message) {
    assertThat(api.error("{ " + field + " }")).contains(message);
  }

  @Test
  void limitsWhatAnAnswerHolds() {
    var answer =
        api.ask(
            "{ series(pattern: \"many.*\") { edges { node { readings(first: 1001) { edges { node { value } } } } } } }");
    assertThat(answer.getJsonArray("errors").encode())
        .contains("at most 100,000 readings and buckets, and could have 100,100", "LIMIT");
  }
}
