package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Timer;
import io.stripchart.common.reading.Reading;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two api processes over one broker and one database. Readings are of a factory of each test. */
@Timeout(180)
class FactoriesIT {
  private static final String ACTUAL = "sprocket_production_actual";
  private static final String GOAL = "sprocket_production_goal";
  private static final Instant START = Instant.parse("2021-01-21T00:00:00Z");

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static RunningApi api;
  private static RunningApi other;
  private static StoredFeed feed;
  private static Storekeeper storekeeper;

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    Seed.partition(database, "2021-01-01", "2021-02-01");
    api = new RunningApi(broker.uri(), database.uri());
    other = new RunningApi(broker.uri(), database.uri());
    awaitConnected();
    feed = new StoredFeed(broker, database);
    storekeeper = new Storekeeper(broker, feed);
  }

  @AfterAll
  static void stop() {
    storekeeper.close();
    feed.close();
    other.close();
    api.close();
  }

  /** Also after a test that took the broker or the database away. */
  private static void awaitConnected() {
    await()
        .until(
            () ->
                List.of(api, other).stream()
                    .flatMap(one -> one.surroundings().health().report().values().stream())
                    .allMatch(Optional::isEmpty));
  }

  @BeforeEach
  void deleteAll() {
    awaitConnected();
    for (var factory : page(api, "").getJsonArray("factories")) {
      int id = ((JsonObject) factory).getJsonObject("factory").getInteger("id");
      assertThat(send(api, "DELETE", "/api/factory/" + id, null).statusCode()).isEqualTo(204);
    }
    await().until(() -> page(other, "").getJsonArray("factories").isEmpty());
  }

  private static HttpResponse<String> send(
      RunningApi to, String method, String path, String body, String... headers) {
    var publisher = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    var request = HttpRequest.newBuilder(to.uri(path)).method(method, publisher);
    if (body != null) request.header("content-type", "application/json");
    if (headers.length > 0) request.headers(headers);
    return to.send(request);
  }

  private static HttpResponse<String> get(RunningApi from, String path, String... headers) {
    return send(from, "GET", path, null, headers);
  }

  private static JsonObject ok(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 202);
    return new JsonObject(response.body());
  }

  private static JsonObject page(RunningApi from, String query) {
    return ok(get(from, "/api/factories" + query));
  }

  private static JsonObject chart(RunningApi from, int id, String query) {
    var factory =
        ok(get(from, "/api/factory/" + id + "/chart-data" + query)).getJsonObject("factory");
    assertThat(factory.getInteger("id")).isEqualTo(id);
    return factory.getJsonObject("chart_data");
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("none");
  }

  private static void make(int id) {
    assertThat(send(api, "PUT", "/api/factory/" + id, "{\"name\":\"F\"}").statusCode())
        .isEqualTo(201);
  }

  private static Reading actual(int id, long second, double value) {
    return reading(id, ACTUAL, second, value);
  }

  private static Reading reading(int id, String quantity, long second, double value) {
    return new Reading("factory." + id + "." + quantity, START.plusSeconds(second), value);
  }

  private static JsonArray times(long... seconds) {
    var times = new JsonArray();
    for (long second : seconds) times.add(START.getEpochSecond() + second);
    return times;
  }

  private static long stored(int id) {
    return database.number(
        "select count(*) from reading join series on id = series_id where name like ?",
        "factory." + id + ".%");
  }

  private static long statements(RunningApi of) {
    return of.surroundings().metrics().find("stripchart.api.query").timers().stream()
        .mapToLong(Timer::count)
        .sum();
  }

  @Test
  void areMadeReadRenamedAndDeletedAndTheOtherProcessAgrees() {
    var made = send(api, "POST", "/api/factories", "{}");
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(header(made, "location")).isEqualTo("/api/factory/0");
    assertThat(made.body()).isEqualTo("{\"factory\":{\"id\":0,\"name\":\"Factory 0\"}}");
    assertThat(ok(send(api, "POST", "/api/factories", "{\"id\":7,\"name\":\"Seven \\\"7\\\"\"}")))
        .isEqualTo(new JsonObject("{\"factory\":{\"id\":7,\"name\":\"Seven \\\"7\\\"\"}}"));
    assertThat(header(send(other, "POST", "/api/factories", "{}"), "location"))
        .isEqualTo("/api/factory/8");
    assertAgree("/api/factories");
    assertThat(send(other, "PATCH", "/api/factories/7", "{\"name\":\"Sept\"}").body())
        .contains("\"Sept\"");
    assertAgree("/api/factory/7");
    assertThat(get(api, "/api/factory/7").body()).contains("\"Sept\"");
    assertThat(send(api, "PUT", "/api/factory/7", "{\"name\":\"Sieben\"}").statusCode())
        .isEqualTo(200);
    assertAgree("/api/factory/7/chart-data");
    assertThat(send(api, "DELETE", "/api/factory/7", null).statusCode()).isEqualTo(204);
    await().until(() -> get(other, "/api/factory/7").statusCode() == 404);
    assertThat(send(other, "DELETE", "/api/factory/7", null).statusCode()).isEqualTo(404);
    assertAgree("/api/factories?first=1");
  }

  /** Two processes give the very same answer, sooner or later, and its tag. */
  private static void assertAgree(String path) {
    await()
        .untilAsserted(
            () -> {
              var one = get(api, path);
              var two = get(other, path);
              assertThat(one.statusCode()).isEqualTo(200);
              assertThat(one.body()).isEqualTo(two.body());
              assertThat(header(one, "etag")).isEqualTo(header(two, "etag")).isNotEqualTo("none");
            });
  }

  @Test
  void chartsAreAlignedByTimeAndWhatIsMissingIsNull() {
    make(11);
    assertThat(get(api, "/api/factory/11").body())
        .isEqualTo(
            "{\"factory\":{\"id\":11,\"name\":\"F\",\"chart_data\":{\"sprocket_production_actual\":[],"
                + "\"sprocket_production_goal\":[],\"time\":[]}}}");
    feed.tell(
        actual(11, 0, 32),
        reading(11, GOAL, 0, 31),
        actual(11, 60, 28.5),
        reading(11, GOAL, 30, 30));
    await()
        .untilAsserted(
            () ->
                assertThat(chart(api, 11, ""))
                    .isEqualTo(
                        new JsonObject()
                            .put(ACTUAL, JsonArray.of(32, null, 28.5))
                            .put(GOAL, JsonArray.of(31, 30, null))
                            .put("time", times(0, 30, 60))));
    assertThat(chart(api, 11, "?from=2021-01-21T00:00:30Z").getJsonArray("time"))
        .isEqualTo(times(30, 60));
    assertThat(chart(api, 11, "?to=" + START.plusSeconds(60).getEpochSecond()).getJsonArray("time"))
        .isEqualTo(times(0, 30));
    assertAgree("/api/factories/11/chart-data");
  }

  @Test
  void leadsToThePageBefore() {
    make(12);
    for (int i = 0; i < 5; i++) feed.tell(actual(12, i, i));
    await().until(() -> chart(api, 12, "").getJsonArray("time").size() == 5);
    var path = "/api/factory/12/chart-data?limit=2";
    var seen = new ArrayList<List<?>>();
    while (path != null) {
      var response = get(api, path);
      seen.add(
          ok(response)
              .getJsonObject("factory")
              .getJsonObject("chart_data")
              .getJsonArray(ACTUAL)
              .getList());
      var link = header(response, "link");
      path = link.equals("none") ? null : link.substring(1, link.indexOf('>'));
      if (path != null) assertThat(link).endsWith(">; rel=\"prev\"");
    }
    assertThat(seen).hasToString("[[3, 4], [1, 2], [0]]");
    // A window of another begin leads to that begin, and no further.
    var window = get(api, "/api/factory/12?limit=1&from=" + (START.getEpochSecond() + 3));
    assertThat(header(window, "link")).contains("from=1611187203&to=1611187204");
  }

  @Test
  void leadsToTheNextPageTheSameWayHoweverItIsAskedFor() {
    make(18);
    make(19);
    var spelled = page(api, "?limit=1000&first=01");
    assertThat(spelled.getString("next")).isEqualTo("/api/factories?first=1&limit=1000&after=18");
    assertThat(page(api, "?first=1")).isEqualTo(spelled);
    assertThat(page(api, spelled.getString("next").replaceFirst("^[^?]*", "")).encode())
        .contains("\"id\":19", "\"next\":null");
  }

  @Test
  void needsAnIdWhereNoneIsLeftBehindTheLast() {
    make(Integer.MAX_VALUE);
    var refused = send(api, "POST", "/api/factories", "{}");
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(new JsonObject(refused.body()).getString("detail"))
        .isEqualTo("id: must be given, as none is left behind the last one");
  }

  @Test
  void aRepeatedReadCostsTheDatabaseNothing() throws Exception {
    make(13);
    make(14);
    feed.tell(actual(13, 0, 1));
    await().until(() -> chart(api, 13, "").getJsonArray("time").size() == 1);
    var paths =
        List.of(
            "/api/factory/13",
            "/api/factory/14/chart-data?limit=5",
            "/api/factories",
            "/api/factory/99");
    // The client has one connection, so that one event loop answers it.
    paths.forEach(path -> get(api, path));
    long before = statements(api);
    for (int i = 0; i < 50; i++) {
      for (var path : paths) {
        var first = get(api, path);
        if (first.statusCode() == 404) continue;
        var again = get(api, path, "if-none-match", "\"other\", W/" + header(first, "etag"));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
      }
    }
    assertThat(statements(api)).isEqualTo(before);
    try (var outage = database.stopped()) {
      assertThat(outage).isNotNull();
      assertThat(get(api, "/api/factory/13").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void isNeverOlderThanWhatWasToldOf() {
    make(15);
    var random = new Random(5);
    chart(api, 15, "?limit=50");
    try (var client = SocketClient.modern(api)) {
      client.start(
          "subscribe",
          "a",
          "subscription { readings(series: \"factory.#\") { series time value } }");
      awaitFollowed(client);
      var times = new ArrayList<Integer>();
      for (int i = 0; i < 300; i++) times.add(i);
      Collections.shuffle(times, random);
      for (int second : times) {
        var quantity = random.nextBoolean() ? ACTUAL : GOAL;
        feed.tell(reading(15, quantity, second, second));
        client.event();
        var chart = chart(api, 15, "?limit=300");
        int index =
            chart.getJsonArray("time").getList().indexOf((int) START.getEpochSecond() + second);
        assertThat(index).as("told of, and not in the chart").isNotNegative();
        assertThat(chart.getJsonArray(quantity).getDouble(index)).isEqualTo(second);
      }
    }
  }

  /** The first one that it is given was told of after it had begun to listen. */
  private static void awaitFollowed(SocketClient client) {
    await()
        .until(
            () ->
                api.surroundings().metrics().get("stripchart.api.subscribers").gauge().value()
                    == 1);
    feed.tell(actual(15, 100_000, 0));
    client.event();
  }

  @Test
  void takesWhatIsAppendedOnce() {
    make(16);
    var list =
        "[{\"time\":%d,\"sprocket_production_actual\":5,\"sprocket_production_goal\":null},{\"time\":\"2021-01-21T00:01:00Z\",\"sprocket_production_goal\":6}]"
            .formatted(START.getEpochSecond());
    var arrays =
        "{\"chart_data\":{\"time\":[%d],\"sprocket_production_actual\":[7],\"sprocket_production_goal\":[8]}}"
            .formatted(START.getEpochSecond() + 90);
    for (int i = 0; i < 2; i++) {
      var taken = send(api, "POST", "/api/factory/16/chart-data", list);
      assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
      assertThat(taken.body()).isEqualTo("{\"accepted\":2}");
      assertThat(
              ok(send(other, "POST", "/api/factories/16/chart-data", arrays))
                  .getInteger("accepted"))
          .isEqualTo(2);
    }
    var expected =
        new JsonObject()
            .put(ACTUAL, JsonArray.of(5, null, 7))
            .put(GOAL, JsonArray.of(null, 6, 8))
            .put("time", times(0, 60, 90));
    await().untilAsserted(() -> assertThat(chart(api, 16, "")).isEqualTo(expected));
    assertAgree("/api/factory/16");
    assertThat(stored(16)).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/api/factory/1|||404|unknown-factory|no factory 1",
        "GET|/api/factory/x|||400|bad-parameter|id: must be 0 to 2147483647",
        "GET|/api/factory/2147483648|||400|bad-parameter|id:",
        "GET|/api/factory|||404|unknown-path|/api/factory/{id}",
        "GET|/api/factory/1/chart|||404|unknown-path|chart-data",
        "GET|/api/factory/5?limit=10001|||400|bad-parameter|limit: must be 1 to 10,000",
        "GET|/api/factory/5?from=soon|||400|bad-parameter|from: must be RFC 3339",
        "GET|/api/factory/5?from=2&to=1|||400|bad-parameter|to: must be later than from",
        "GET|/api/factory/5?from=-1|||400|bad-parameter|from: must not be before 1970",
        "GET|/api/factory/5?to=999999999999999|||400|bad-parameter|to: must be RFC 3339",
        "GET|/api/factory/5?since=1|||400|unknown-parameter|since",
        "GET|/api/factories?first=200&limit=1000|||400|bad-parameter|first: first × limit must be"
            + " 100,000 at most, is 200,000",
        "GET|/api/factories?after=x|||400|bad-parameter|after: must be the id",
        "GET|/api/factories?after=-1|||400|bad-parameter|after: must be 0 to 2147483647, is -1",
        "POST|/api/factories|{\"id\":5}||409|factory-exists|factory 5 already",
        "POST|/api/factories|{\"id\":-1}||400|bad-body|id: must be 0 to",
        "POST|/api/factories|{\"id\":1.5}||400|bad-body|id: must be a whole number",
        "POST|/api/factories|{\"name\":\"\"}||400|bad-body|name: must be 1 to 255 characters, has"
            + " 0",
        "POST|/api/factories|{\"name\":\"a\\u0000b\"}||400|bad-body|control characters",
        "POST|/api/factories|{\"title\":\"x\"}||400|bad-body|must have nothing but id, name",
        "POST|/api/factories|[]||400|bad-body|must be a JSON object",
        "POST|/api/factories|{||400|bad-body|column",
        "PUT|/api/factory/5|{}||400|bad-body|name: must be given",
        "PATCH|/api/factory/1|{\"name\":\"x\"}||404|unknown-factory|no factory 1",
        "DELETE|/api/factory/1|||404|unknown-factory|no factory 1",
        "DELETE|/api/factories|||405|method-not-allowed|GET, HEAD or POST",
        "PUT|/api/factory/5/chart-data|{}||405|method-not-allowed|method",
        "POST|/api/factory/1/chart-data|[{\"time\":1611187200}]||404|unknown-factory|no factory 1",
        "POST|/api/factory/5/chart-data|[{\"time\":1},{\"time\":\"x\"}]||400|bad-body|#/1/time",
        "POST|/api/factory/5/chart-data|5||400|bad-body|array of points",
        "GET|/api/factory/5||text/html|406|not-acceptable|application/json",
      })
  void refusesWhatIsWrong(
      String method,
      String path,
      String body,
      String accept,
      int status,
      String type,
      String detail) {
    make(5);
    var headers = accept == null ? new String[0] : new String[] {"accept", accept};
    var response = send(api, method, path, body, headers);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(header(response, "content-type")).isEqualTo("application/problem+json");
    assertThat(new JsonObject(response.body()).getString("type"))
        .isEqualTo("urn:stripchart:problem:" + type);
    assertThat(response.body())
        .contains(new JsonArray().add(detail).encode().replaceAll("^\\[\"|\"]$", ""));
    assertThat(stored(5)).isZero();
  }

  @Test
  @SuppressWarnings("try")
  void saysWhatIsAwayAndGoesOnLater() {
    make(17);
    var body = "[{\"time\":1611187200,\"sprocket_production_goal\":1}]";
    try (var outage = broker.stopped()) {
      var refused = send(api, "POST", "/api/factory/17/chart-data", body);
      assertThat(refused.statusCode()).as(refused.body()).isIn(503, 504);
    }
    await().until(() -> send(api, "POST", "/api/factory/17/chart-data", body).statusCode() == 202);
    await()
        .until(
            () ->
                api.surroundings().health().report().values().stream().allMatch(Optional::isEmpty));
    await()
        .until(
            () ->
                other.surroundings().health().report().values().stream()
                    .allMatch(Optional::isEmpty));
  }

  @Test
  void agreesAfterChangesAndAppendingAtOnce() {
    make(1);
    var stopped = new AtomicBoolean();
    var changes =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; !stopped.get(); i++) {
                var to = i % 2 == 0 ? api : other;
                send(to, "PUT", "/api/factory/" + (i % 3 + 1), "{\"name\":\"Name " + i + "\"}");
                if (i % 4 == 0) send(to, "DELETE", "/api/factory/" + (2 + i % 2), null);
                if (i % 5 == 0) send(to, "POST", "/api/factories", "{}");
              }
            });
    int taken = 0;
    for (int i = 0; i < 60; i++) {
      var body = "[{\"time\":%d,\"%s\":%d}]".formatted(START.getEpochSecond() + i, ACTUAL, i);
      var to = i % 2 == 0 ? other : api;
      if (send(to, "POST", "/api/factory/1/chart-data", body).statusCode() == 202) taken++;
      get(to, "/api/factories");
    }
    stopped.set(true);
    changes.join();
    assertThat(taken).isEqualTo(60);
    await().until(() -> stored(1) == 60);
    assertAgree("/api/factories");
    assertAgree("/api/factory/1");
    assertThat(chart(api, 1, "").getJsonArray(ACTUAL)).hasSize(60);
    assertIsWhatIsStored();
  }

  private static void assertIsWhatIsStored() {
    var stored = database.query("select id, name from factory order by id");
    var shown = page(other, "").getJsonArray("factories");
    assertThat(shown).hasSize(stored.size());
    for (int i = 0; i < stored.size(); i++) {
      var factory = shown.getJsonObject(i).getJsonObject("factory");
      assertThat(List.of(factory.getValue("id"), factory.getValue("name")))
          .isEqualTo(stored.get(i));
    }
  }

  @Test
  void answersGraphQlByOneStatementForEachField() {
    make(21);
    make(22);
    make(23);
    feed.tell(
        actual(21, 0, 1),
        reading(21, GOAL, 0, 4),
        actual(21, 1, 100),
        reading(21, GOAL, 2, 100),
        actual(22, 0, 5),
        reading(22, GOAL, 0, 0));
    await().until(() -> chart(api, 22, "").getJsonArray("time").size() == 1);
    long before = statements(api);
    var data =
        api.data(
            "{ factories(first: 2) { edges { cursor node { id name attainment chartData(limit: 2) {"
                + " time actual goal } } } pageInfo { hasNextPage endCursor } } }");
    assertThat(statements(api) - before).isLessThanOrEqualTo(3);
    assertThat(data.getJsonObject("factories"))
        .isEqualTo(
            new JsonObject(
                """
                {"edges": [
                  {"cursor": "21", "node": {"id": 21, "name": "F", "attainment": 0.25, "chartData": [
                    {"time": "2021-01-21T00:00:01.000000Z", "actual": 100.0, "goal": null},
                    {"time": "2021-01-21T00:00:02.000000Z", "actual": null, "goal": 100.0}]}},
                  {"cursor": "22", "node": {"id": 22, "name": "F", "attainment": null, "chartData": [
                    {"time": "2021-01-21T00:00:00.000000Z", "actual": 5.0, "goal": 0.0}]}}],
                 "pageInfo": {"hasNextPage": true, "endCursor": "22"}}\
                """));
    assertThat(
            api.data(
                    "{ factory(id: 9) { name } factories(after: \"22\") { edges { node { id } } }"
                        + " }")
                .encode())
        .isEqualTo("{\"factory\":null,\"factories\":{\"edges\":[{\"node\":{\"id\":23}}]}}");
    assertThat(
            api.data("{ factory(id: 21) { attainment(from: \"2021-01-21T00:00:01Z\") } }").encode())
        .contains("null");
  }

  @Test
  void changesByGraphQl() {
    assertThat(api.data("mutation { createFactory(id: 4, name: \"Vier\") { id name } }").encode())
        .contains("{\"id\":4,\"name\":\"Vier\"}");
    assertThat(api.data("mutation { createFactory { id name } }").encode())
        .contains("{\"id\":5,\"name\":\"Factory 5\"}");
    assertThat(api.data("mutation { renameFactory(id: 5, name: \"Five\") { name } }").encode())
        .contains("Five");
    assertThat(
            api.data(
                    "mutation { appendChartData(id: 4, points: [{time: \"2021-01-21T00:00:00Z\","
                        + " actual: 3, goal: 4}]) { accepted } }")
                .encode())
        .contains("2");
    await().until(() -> chart(other, 4, "").getJsonArray(GOAL).equals(JsonArray.of(4)));
    assertThat(api.data("mutation { deleteFactory(id: 4) { id } }").encode()).contains("4");
    await().until(() -> get(other, "/api/factory/4").statusCode() == 404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ factory(id: 1) { chartData(limit: 0) { time } } }|limit: must be 1 to 10,000",
        "{ factories(first: 0) { edges { cursor } } }|first: must be 1 to 1,000",
        "{ factories(after: \"x\") { edges { cursor } } }|after: must be a cursor",
        "{ factories(after: \"-1\") { edges { cursor } } }|after: must be 0 to 2147483647",
        "mutation { createFactory(id: -1) { id } }|id: must be 0 to",
        "mutation { createFactory(id: 1) { id } }|there is a factory 1 already",
        "mutation { createFactory(name: \"\") { id } }|name: must be 1 to 255",
        "mutation { renameFactory(id: 9, name: \"x\") { id } }|there is no factory 9",
        "mutation { deleteFactory(id: 9) { id } }|there is no factory 9",
        "mutation { appendChartData(id: 9, points: [{time: \"2021-01-21T00:00:00Z\"}]) { accepted }"
            + " }|there is no factory 9",
        "mutation { appendChartData(id: 1, points: []) { accepted } }|points: must have 1 to 2,000"
            + " points, has 0",
        "mutation { appendChartData(id: 1, points: [{time: \"2999-01-21T00:00:00Z\"}]) { accepted }"
            + " }|points/0: time: must be at most 5 minutes",
      })
  void namesWhatIsWrongByGraphQl(String query, String message) {
    make(1);
    assertThat(api.error(query)).contains(message);
  }
}
