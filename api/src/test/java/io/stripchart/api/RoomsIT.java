package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class RoomsIT {
  private static final Instant PAST = Instant.parse("2020-11-17T12:00:00Z");

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static LiveApi live;
  private static RunningApi api;
  private static RunningApi other;

  @BeforeAll
  static void start() {
    live = new LiveApi(broker, database);
    api = live.api();
    other = new RunningApi(broker.uri(), database.uri());
    await().until(() -> other.surroundings().health().report().get("api.live").isEmpty());
    Seed.partitionAroundNow(database);
    // None of these is a room's.
    for (var name : List.of("room.10", "room.10.7", "room.10.7.a.b", "rooms.9.1.x", "roo.1.1.x")) {
      database.execute("insert into series (name) values (?)", name);
    }
    tell(
        past("room.10.7.temperature", 0, 20),
        past("room.10.7.humidity", 0, 55),
        past("room.10.8.temperature", 1, 22),
        past("room.10-1.7.temperature", 0, 30),
        past("room.101.a_b.temperature", 0, 40),
        past("building.B1.room.10.7.temperature", 0, 50),
        past("building.B2.room.x.1.pressure", 0, 60));
  }

  @AfterAll
  static void stop() {
    other.close();
    live.close();
  }

  private static Reading past(String series, int seconds, double value) {
    return new Reading(series, PAST.plusSeconds(seconds), value);
  }

  private static Reading now(String series, double value) {
    return new Reading(series, Instant.now(), value);
  }

  private static void tell(Reading... readings) {
    live.stored().tell(readings);
  }

  private static HttpResponse<String> get(RunningApi from, String path, String... headers) {
    var request = HttpRequest.newBuilder(from.uri(path));
    if (headers.length > 0) request.headers(headers);
    return from.send(request);
  }

  private static JsonObject json(String path) {
    return json(api, path);
  }

  private static JsonObject json(RunningApi from, String path) {
    var response = get(from, path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    return new JsonObject(response.body());
  }

  private static String tag(HttpResponse<?> response) {
    return response.headers().firstValue("etag").orElseThrow();
  }

  private static List<String> names(JsonObject page, String items, String member) {
    return page.getJsonArray(items).stream()
        .map(item -> ((JsonObject) item).getString(member))
        .toList();
  }

  /** Of rooms that no other test writes to. */
  @Test
  void listsRoomsByPages() {
    var first = get(api, "/api/rooms?first=1");
    var page = new JsonObject(first.body());
    assertThat(page.getJsonArray("rooms").getJsonObject(0))
        .isEqualTo(
            new JsonObject(
                "{\"room\": \"10-1\", \"average\": null, \"count\": 0, \"sensors\": 1}"));
    assertThat(page.getString("next")).isEqualTo("/api/rooms?first=1&after=10-1");
    assertThat(first.headers().firstValue("link"))
        .contains("</api/rooms?first=1&after=10-1>; rel=\"next\"");
    var second = json(page.getString("next"));
    assertThat(second.getJsonArray("rooms").getJsonObject(0).getString("room")).isEqualTo("10");
    assertThat(second.getJsonArray("rooms").getJsonObject(0).getInteger("sensors")).isEqualTo(2);
    var third = json(second.getString("next"));
    assertThat(names(third, "rooms", "room")).containsExactly("101");
    assertThat(names(json("/api/rooms?first=100&after=zzz"), "rooms", "room")).isEmpty();
    assertThat(json("/api/rooms?after=zzz").getString("next")).isNull();
  }

  @Test
  void listsBuildingsAndTheirRooms() {
    var first = json("/api/buildings?first=1");
    assertThat(names(first, "buildings", "building")).containsExactly("B1");
    assertThat(names(json(first.getString("next")), "buildings", "building")).containsExactly("B2");
    assertThat(json("/api/buildings/B2/rooms"))
        .isEqualTo(
            new JsonObject(
                """
                {"rooms": [{"building": "B2", "room": "x", "average": null, "count": 0,
                            "sensors": 1}], "next": null}"""));
    assertThat(json("/api/buildings/none/rooms").getJsonArray("rooms")).isEmpty();
  }

  @Test
  void refusesAPageOfMoreSeriesThanMayBe() {
    database.execute("insert into series (name) values ('building.big.room.1.7.temperature')");
    database.execute(
        "insert into series (name)"
            + " select 'building.big.room.2.' || i || '.a' from generate_series(1, 100000) as i");
    var page = json("/api/buildings/big/rooms?first=1");
    assertThat(names(page, "rooms", "room")).containsExactly("1");
    assertThat(page.getString("next")).isEqualTo("/api/buildings/big/rooms?first=1&after=1");
    var settings =
        new ApiSettings(0, "satellite.temperature", Duration.ofSeconds(60), 100, Set.of());
    // However busy the machine is: so many names are read before they are refused.
    try (var patient = new RunningApi(settings, broker.uri(), database.uri())) {
      assertProblem(
          get(patient, "/api/buildings/big/rooms"),
          422,
          "too-much",
          null,
          "more than 100000 series");
    }
  }

  @Test
  void answersARoom() {
    assertThat(json("/api/rooms/10"))
        .isEqualTo(
            new JsonObject(
                """
                {"room": "10", "average": null, "count": 0, "sensors": 2, "current": [
                  {"sensor": "7", "quantity": "humidity",
                   "time": "2020-11-17T12:00:00.000000Z", "value": 55.0},
                  {"sensor": "7", "quantity": "temperature",
                   "time": "2020-11-17T12:00:00.000000Z", "value": 20.0},
                  {"sensor": "8", "quantity": "temperature",
                   "time": "2020-11-17T12:00:01.000000Z", "value": 22.0}]}"""));
    assertThat(json("/api/rooms/1%30")).isEqualTo(json("/api/rooms/10"));
    var inBuilding = json("/api/buildings/B1/rooms/10");
    assertThat(inBuilding.getString("building")).isEqualTo("B1");
    assertThat(inBuilding.getJsonArray("current")).hasSize(1);
  }

  @Test
  void averagesTheWindowOfAPastTime() {
    assertThat(json("/api/rooms/10/temperature/average?at=2020-11-17T12:00:01Z"))
        .isEqualTo(
            new JsonObject(
                """
                {"room": "10", "average": 21.0, "count": 2, "from": "2020-11-17T11:45:01.000000Z",
                 "to": "2020-11-17T12:00:01.000000Z"}"""));
    assertThat(json("/api/rooms/10/humidity/average?at=2020-11-17T12:00:00Z").getDouble("average"))
        .isEqualTo(55);
    assertThat(json("/temperature/average?room_id=10&at=2020-11-17T12:00:01Z"))
        .isEqualTo(json("/api/rooms/10/temperature/average?at=2020-11-17T12:00:01Z"));
    var building = "/temperature/average?building_id=B1&room_id=10&at=2020-11-17T12:00:00Z";
    assertThat(json(building).getDouble("average")).isEqualTo(50);
    assertThat(json(building))
        .isEqualTo(json("/api/buildings/B1/rooms/10/temperature/average?at=2020-11-17T12:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "2020-11-17T12:00:00Z, PT10S, 1",
    "2020-11-17T11:59:59.999999Z, PT10S, 0",
    "2020-11-17T12:00:09.999999Z, PT10S, 1",
    "2020-11-17T12:00:10Z, PT10S, 0"
  })
  void takesTheEndOfTheWindowAndLeavesItsBegin(String at, String window, int count) {
    var average = json("/api/rooms/101/temperature/average?at=" + at + "&window=" + window);
    assertThat(average.getInteger("count")).isEqualTo(count);
    assertThat(average.getValue("average")).isEqualTo(count == 0 ? null : 40.0);
  }

  @Test
  void averagesNothingWhereThereIsNothing() {
    for (var path : List.of("/api/rooms/10/light/average", "/api/rooms/10/temperature/average")) {
      var average = json(path);
      assertThat(average.getValue("average")).isNull();
      assertThat(average.getInteger("count")).isZero();
    }
  }

  @Test
  void averagesAsAScanDoes() {
    var random = new Random(7);
    for (int i = 0; i < 40; i++) {
      var readings = new ArrayList<Reading>();
      for (int n = random.nextInt(1, 30); n > 0; n--) {
        long ago = random.nextInt(4) * 400_000_000L + random.nextInt(300_000_000);
        readings.add(
            new Reading(
                "room.random." + random.nextInt(5) + ".temperature",
                Instant.now().truncatedTo(ChronoUnit.MICROS).minus(ago, ChronoUnit.MICROS),
                random.nextGaussian()));
      }
      live.stored().tell(readings);
      assertThatItIsAScans("/api/rooms/random/temperature/average?window=PT" + (5 + i) + "M");
      var at = readings.get(0).time();
      assertThatItIsAScans("/api/rooms/random/temperature/average?window=PT7M&at=" + at);
    }
  }

  /** Until it has heard of the last ones, it is of the moment before; then of theirs. */
  private static void assertThatItIsAScans(String path) {
    await()
        .untilAsserted(
            () -> {
              var average = json(path);
              var scan =
                  database
                      .query(
                          """
                          select count(*), avg(value) from reading join series on id = series_id
                          where name like 'room.random.%' and time > ?::timestamptz
                            and time <= ?::timestamptz""",
                          average.getInstant("from"), average.getInstant("to"))
                      .get(0);
              assertThat(average.getLong("count")).isEqualTo(scan.get(0));
              if (average.getLong("count") > 0) {
                assertThat(average.getDouble("average"))
                    .isCloseTo((Double) scan.get(1), within(1e-9));
              }
            });
  }

  private static long statements() {
    return api.surroundings().metrics().find("stripchart.api.query").timers().stream()
        .mapToLong(Timer::count)
        .sum();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/rooms/10",
        "/api/buildings/B1/rooms/10",
        "/api/rooms/10/temperature/average",
        "/temperature/average?room_id=101&window=PT5M",
        "/api/buildings",
        "/api/rooms?first=2&after=10-1"
      })
  void asksTheDatabaseNothingWhereItIsAskedAgain(String path) {
    // Each event loop keeps its own, and of a page each average is loaded in its turn.
    await()
        .untilAsserted(
            () -> {
              long before = statements();
              for (int i = 0; i < 20; i++) json(path);
              assertThat(statements()).isEqualTo(before);
            });
    var tag = tag(get(api, path));
    assertThat(get(api, path, "if-none-match", tag).statusCode()).isEqualTo(304);
    assertThat(tag(get(other, path))).isEqualTo(tag);
  }

  @Test
  void isNeverOlderThanWhatWasTold() {
    assertThat(get(api, "/api/rooms/told").statusCode()).isEqualTo(404);
    try (var follower = live.follow("series: \"room.told.#\"")) {
      for (int i = 0; i < 50; i++) {
        tell(now("room.told." + i % 3 + ".temperature", i));
        LiveApi.value(follower);
        var room = json("/api/rooms/told");
        assertThat(values(room)).contains((double) i);
        assertThat(room.getInteger("count")).isEqualTo(i + 1);
        assertThat(json("/api/rooms/told/temperature/average").getInteger("count"))
            .isEqualTo(i + 1);
      }
    }
    await()
        .untilAsserted(
            () ->
                assertThat(get(other, "/api/rooms/told").body())
                    .isEqualTo(get(api, "/api/rooms/told").body()));
    assertThat(tag(get(other, "/api/rooms/told"))).isEqualTo(tag(get(api, "/api/rooms/told")));
  }

  private static List<Double> values(JsonObject room) {
    return room.getJsonArray("current").stream()
        .map(one -> ((JsonObject) one).getDouble("value"))
        .toList();
  }

  @Test
  void keepsTheLatestWhateverTheOrder() {
    tell(past("room.late.1.temperature", 10, 1));
    await().untilAsserted(() -> assertThat(values(json("/api/rooms/late"))).containsExactly(1.0));
    tell(past("room.late.1.temperature", 5, 2), past("room.late.2.temperature", 5, 3));
    await()
        .untilAsserted(() -> assertThat(values(json("/api/rooms/late"))).containsExactly(1.0, 3.0));
  }

  @Test
  void findsRoomsThatAppear() {
    var path = "/api/buildings/new/rooms?first=2";
    assertThat(get(api, "/api/buildings/new/rooms/b").statusCode()).isEqualTo(404);
    assertThat(names(json(path), "rooms", "room")).isEmpty();
    tell(now("building.new.room.b.1.temperature", 1));
    await().untilAsserted(() -> assertThat(names(json(path), "rooms", "room")).contains("b"));
    tell(now("building.new.room.b.2.temperature", 1), now("building.new.room.a.1.temperature", 3));
    await()
        .untilAsserted(
            () -> assertThat(names(json(path), "rooms", "room")).containsExactly("a", "b"));
    var rooms = json(path).getJsonArray("rooms");
    assertThat(rooms.getJsonObject(0).getDouble("average")).isEqualTo(3);
    assertThat(rooms.getJsonObject(1).getInteger("sensors")).isEqualTo(2);
    assertThat(names(json("/api/buildings?first=100"), "buildings", "building")).contains("new");
    assertThat(json("/api/buildings/new/rooms/b").getInteger("sensors")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/rooms/1",
        "/api/rooms/1/temperature/average",
        "/api/rooms/1/temperature/average?at=2020-11-17T12:00:00Z",
        "/api/buildings/B1/rooms/101",
        "/temperature/average?room_id=1",
        "/temperature/average?building_id=B9&room_id=10"
      })
  void saysThatARoomIsUnknown(String path) {
    assertProblem(get(api, path), 404, "unknown-room", "room", "nothing was ever stored of");
  }

  private static void assertProblem(
      HttpResponse<String> response, int status, String type, String parameter, String detail) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    var problem = new JsonObject(response.body());
    assertThat(problem.getString("type")).isEqualTo("urn:stripchart:problem:" + type);
    assertThat(problem.getString("parameter")).isEqualTo(parameter);
    assertThat(problem.getString("detail")).contains(detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/rooms?first=0|first|must be 1 to 100, is \"0\"",
        "/api/rooms?first=101|first|must be 1 to 100",
        "/api/rooms?after=a.b|after|character '.' at position 2",
        "/api/rooms/10%201|room|room \"10 1\": character ' ' at position 3",
        "/api/rooms/10.1|room|character '.' at position 3",
        "/api/rooms/10%2F1|room|character '/' at position 3",
        "/api/rooms/|room|must not be empty",
        "/api/rooms/h%C3%B6he|room|character 'ö' at position 2",
        "/api/rooms/10/temp%2A/average|quantity|character '*' at position 5",
        "/api/buildings/B%231/rooms|building|character '#' at position 2",
        "/api/buildings//rooms/10|building|must not be empty",
        "/api/rooms/10/temperature/average?window=15M|window|must be an ISO 8601 duration",
        "/api/rooms/10/temperature/average?window=PT0S|window|of PT0.1S to PT8784H",
        "/api/rooms/10/temperature/average?window=P400D|window|of PT0.1S to PT8784H",
        "/api/rooms/10/temperature/average?window=PT1.0000001S|window|ISO 8601 duration",
        "/api/rooms/10/temperature/average?at=noon|at|must be RFC 3339 with an offset",
        "/temperature/average|room_id|must be given",
        "/temperature/average?room_id=|room_id|must not be empty",
        "/temperature/average?room_id=1%2E1|room_id|character '.' at position 2",
        "/temperature/average?room_id=1&building_id=a%20b|building_id|character ' ' at position 2"
      })
  void namesWhatIsWrong(String path, String parameter, String detail) {
    assertProblem(get(api, path), 400, "bad-parameter", parameter, detail);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/rooms?x=1", "/api/rooms/10?x=1", "/temperature/average?x=1"})
  void namesParametersThatThereAreNot(String path) {
    assertProblem(get(api, path), 400, "unknown-parameter", "x", "x: there are");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/rooms/10/temperature",
        "/api/rooms/10/temperature/mean",
        "/api/rooms/10/temperature/average/",
        "/api/buildings/B1",
        "/api/buildings/B1/floors",
        "/temperature"
      })
  void saysWhatThereIsWhereThereIsNothing(String path) {
    assertProblem(get(api, path), 404, "unknown-path", null, "there are /api/rooms");
  }

  @Test
  void takesOnlyGetAndHeadAndGivesOnlyJson() {
    var post =
        api.send(HttpRequest.newBuilder(api.uri("/api/rooms")).POST(BodyPublishers.ofString("")));
    assertProblem(post, 405, "method-not-allowed", null, "must be GET or HEAD");
    var csv = get(api, "/api/rooms/10", "accept", "text/csv");
    assertProblem(csv, 406, "not-acceptable", null, "must allow application/json");
    var head =
        api.send(
            HttpRequest.newBuilder(api.uri("/api/rooms/10"))
                .method("HEAD", BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(tag(head)).isEqualTo(tag(get(api, "/api/rooms/10")));
  }

  @Test
  void answersGraphQl() {
    assertThat(
            api.data(
                """
                { room(name: "10") {
                    name building
                    sensors { name quantity current { time value } }
                    average(window: "PT1S", at: "2020-11-17T12:00:01Z") { value count from to }
                    humidity: average(at: "2020-11-17T12:00:01Z", quantity: "humidity") { value }
                    now: average { value count } }
                  none: room(name: "1") { name }
                  elsewhere: room(name: "10", building: "B1") { building sensors { name } } }"""))
        .isEqualTo(
            new JsonObject(
                """
                {"room": {"name": "10", "building": null, "sensors": [
                    {"name": "7", "quantity": "humidity",
                     "current": {"time": "2020-11-17T12:00:00.000000Z", "value": 55.0}},
                    {"name": "7", "quantity": "temperature",
                     "current": {"time": "2020-11-17T12:00:00.000000Z", "value": 20.0}},
                    {"name": "8", "quantity": "temperature",
                     "current": {"time": "2020-11-17T12:00:01.000000Z", "value": 22.0}}],
                  "average": {"value": 22.0, "count": 1, "from": "2020-11-17T12:00:00.000000Z",
                              "to": "2020-11-17T12:00:01.000000Z"},
                  "humidity": {"value": 55.0}, "now": {"value": null, "count": 0}},
                 "none": null,
                 "elsewhere": {"building": "B1", "sensors": [{"name": "7"}]}}"""));
  }

  @Test
  void answersPagesOfGraphQlByOneStatementAField() {
    var query =
        """
        { rooms(first: 3) {
            edges { cursor node {
              name sensors { name } average(at: "2020-11-17T12:00:01Z") { value } } }
            pageInfo { hasNextPage endCursor } } }""";
    long before = statements();
    var page = api.data(query).getJsonObject("rooms");
    assertThat(statements()).isLessThanOrEqualTo(before + 3);
    var edges = page.getJsonArray("edges");
    assertThat(cursors(edges)).containsExactly("10-1", "10", "101");
    var second = edges.getJsonObject(1).getJsonObject("node");
    assertThat(second.getJsonArray("sensors")).hasSize(3);
    assertThat(second.getJsonObject("average").getDouble("value")).isEqualTo(21);
    assertThat(page.getJsonObject("pageInfo").getString("endCursor")).isEqualTo("101");
    var after = api.data("{ rooms(after: \"10-1\", first: 1) { edges { cursor } } }");
    assertThat(cursors(after.getJsonObject("rooms").getJsonArray("edges"))).containsExactly("10");
  }

  private static List<String> cursors(JsonArray edges) {
    return edges.stream().map(edge -> ((JsonObject) edge).getString("cursor")).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "room(name: \"a.b\") { name }|name: room \"a.b\": character '.' at position 2",
        "room(name: \"a\", building: \"\") { name }|building: must not be empty",
        "rooms(first: 101) { edges { cursor } }|first: must be 1 to 100, is 101",
        "rooms(after: \"#\") { edges { cursor } }|character '#' at position 1",
        "room(name: \"10\") { average(quantity: \"x y\") { count } }|character ' ' at position 2",
        "room(name: \"10\") { average(window: \"PT0S\") { count } }|window: must be PT0.1S"
      })
  void namesTheArgumentThatIsWrong(String field, String message) {
    assertThat(api.error("{ " + field + " }")).contains(message);
  }

  @Test
  void answersFromTheDatabaseWhileItMayHaveMissedSomething() {
    assertThat(get(api, "/api/rooms/hole").statusCode()).isEqualTo(404);
    live.stored().lose(now("room.hole.1.temperature", 7));
    live.stored().leaveHole();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(values(json("/api/rooms/hole"))).containsExactly(7.0));
  }
}
