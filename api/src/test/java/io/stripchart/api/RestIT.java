package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.testing.RawConnection;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class RestIT {
  private static final String FRIEND = "https://friend.example";

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static RunningApi api;

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    Seed.partition(database, "2026-03-23", "2026-03-30");
    Seed.readings(database, "room.1", "2026-03-28T23:00:00Z", 5);
    Seed.readings(database, "room.2", "2026-03-28T23:00:00Z", 1);
    Seed.readings(database, "hall.1", "2026-03-28T23:00:00Z", 0);
    database.execute(
        "update series set unit = '°C', description = 'by the \"door\", left' where name = 'room.1'");
    var settings = new ApiSettings(0, "room.1", Duration.ofSeconds(3), 100, Set.of(FRIEND));
    api = new RunningApi(settings, broker.uri(), database.uri());
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static HttpResponse<String> get(String path, String... headers) {
    var request = HttpRequest.newBuilder(api.uri(path));
    if (headers.length > 0) request.headers(headers);
    return api.send(request);
  }

  private static JsonObject json(String path) {
    var response = get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(header(response, "content-type")).isEqualTo("application/json");
    return new JsonObject(response.body());
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("none");
  }

  @Test
  void listsSeries() {
    assertThat(json("/series?pattern=room.%23"))
        .isEqualTo(
            new JsonObject(
                """
                {"series": [
                  {"name": "room.1", "unit": "°C", "description": "by the \\"door\\", left"},
                  {"name": "room.2", "unit": null, "description": null}], "next": null}"""));
    var first = get("/series?first=2");
    var next = new JsonObject(first.body()).getString("next");
    assertThat(next).isEqualTo("series?first=2&after=room.1");
    assertThat(header(first, "link")).isEqualTo("<" + next + ">; rel=\"next\"");
    var second = json("/" + next);
    assertThat(second.getJsonArray("series").getJsonObject(0).getString("name"))
        .isEqualTo("room.2");
    assertThat(second.getString("next")).isNull();
  }

  @Test
  void streamsSeries() {
    var csv = get("/series?pattern=room.*", "accept", "text/csv");
    assertThat(header(csv, "content-type")).isEqualTo("text/csv; charset=utf-8; header=present");
    assertThat(csv.body())
        .isEqualTo(
            "name,unit,description\r\nroom.1,°C,\"by the \"\"door\"\", left\"\r\nroom.2,,\r\n");
    assertThat(get("/series?format=ndjson&first=1").body())
        .isEqualTo("{\"name\":\"hall.1\",\"unit\":null,\"description\":null}\n");
  }

  @Test
  void answersAPageOfReadings() {
    assertThat(json("/series/room.1/readings?from=2026-03-28T23:00:03Z"))
        .isEqualTo(
            new JsonObject(
                """
                {"series": "room.1", "readings": [
                  {"time": "2026-03-28T23:00:03.000000Z", "value": 3.0},
                  {"time": "2026-03-28T23:00:04.000000Z", "value": 4.0}],
                 "next": null, "previous": null}"""));
    assertThat(json("/series/hall.1/readings").getJsonArray("readings")).isEmpty();
    assertThat(json("/series/ro%6Fm%2E1/readings?to=2026-03-29T00:00:01%2B01:00"))
        .isEqualTo(json("/series/room.1/readings?to=2026-03-28T23:00:01Z"));
  }

  private static List<Integer> values(JsonObject page) {
    var values = new ArrayList<Integer>();
    for (var reading : page.getJsonArray("readings")) {
      values.add(((JsonObject) reading).getDouble("value").intValue());
    }
    return values;
  }

  private static JsonObject linked(JsonObject page, String link) {
    return json(RunningApi.follow("/series/room.1/readings", page.getString(link)));
  }

  @Test
  void walksPagesByTheirLinks() {
    var first = json("/series/room.1/readings?first=2&to=2026-03-28T23:00:05Z");
    var second = linked(first, "next");
    var third = linked(second, "next");
    assertThat(values(first)).containsExactly(0, 1);
    assertThat(first.getString("previous")).isNull();
    assertThat(values(second)).containsExactly(2, 3);
    assertThat(values(third)).containsExactly(4);
    assertThat(third.getString("next")).isNull();
    var back = linked(third, "previous");
    assertThat(values(back)).containsExactly(2, 3);
    assertThat(values(linked(back, "previous"))).containsExactly(0, 1);
    assertThat(values(linked(back, "next"))).containsExactly(4);
    var last = get("/series/room.1/readings?last=2");
    assertThat(values(new JsonObject(last.body()))).containsExactly(3, 4);
    assertThat(header(last, "link")).endsWith("; rel=\"prev\"");
  }

  @Test
  void walksPagesWhileReadingsArrive() {
    Seed.readings(database, "zone.arriving", "2026-03-26T00:00:00Z", 6);
    var first = json("/series/zone.arriving/readings?first=3");
    for (var time :
        List.of("2026-03-25T23:00:00Z", "2026-03-26T00:00:01.5Z", "2026-03-26T01:00:00Z")) {
      database.execute(
          "insert into reading select id, ?, 77 from series where name = 'zone.arriving'",
          Instant.parse(time));
    }
    var second = json(RunningApi.follow("/series/zone.arriving/readings", first.getString("next")));
    assertThat(values(first)).containsExactly(0, 1, 2);
    assertThat(values(second)).containsExactly(3, 4, 5);
    assertThat(
            values(
                json(
                    RunningApi.follow("/series/zone.arriving/readings", second.getString("next")))))
        .containsExactly(77);
  }

  @Test
  void streamsReadings() {
    var window = "/series/room.1/readings?from=2026-03-28T23:00:03Z";
    var csv = get(window, "accept", "text/csv, application/json;q=0.5");
    assertThat(header(csv, "content-type")).isEqualTo("text/csv; charset=utf-8; header=present");
    assertThat(csv.body())
        .isEqualTo(
            "time,value\r\n2026-03-28T23:00:03.000000Z,3.0\r\n2026-03-28T23:00:04.000000Z,4.0\r\n");
    var ndjson = get(window + "&format=ndjson");
    assertThat(header(ndjson, "content-type")).isEqualTo("application/x-ndjson");
    assertThat(ndjson.body())
        .isEqualTo(
            """
            {"time":"2026-03-28T23:00:03.000000Z","value":3.0}
            {"time":"2026-03-28T23:00:04.000000Z","value":4.0}
            """);
    assertThat(get("/series/room.1/readings?format=csv&last=1").body())
        .isEqualTo("time,value\r\n2026-03-28T23:00:04.000000Z,4.0\r\n");
    assertThat(get("/series/hall.1/readings?format=csv").body()).isEqualTo("time,value\r\n");
    assertThat(get("/series/hall.1/readings?format=ndjson").body()).isEmpty();
  }

  @Test
  void answersStatistics() {
    assertThat(json("/series/room.1/statistics?from=2026-03-28T23:00:01Z"))
        .isEqualTo(
            new JsonObject(
                """
                {"series": "room.1", "count": 4, "min": 1.0, "max": 4.0, "mean": 2.5,
                 "stddev": 1.2909944487358056, "sum": 10.0,
                 "first": {"time": "2026-03-28T23:00:01.000000Z", "value": 1.0},
                 "last": {"time": "2026-03-28T23:00:04.000000Z", "value": 4.0}}"""));
    assertThat(json("/series/hall.1/statistics"))
        .isEqualTo(
            new JsonObject(
                """
                {"series": "hall.1", "count": 0, "min": null, "max": null, "mean": null,
                 "stddev": null, "sum": null, "first": null, "last": null}"""));
  }

  @Test
  void answersBuckets() {
    var buckets =
        "/series/room.1/buckets?from=2026-03-28T23:00:03Z&to=2026-03-28T23:00:08Z&width=PT2S";
    assertThat(json(buckets).getJsonArray("buckets"))
        .isEqualTo(
            new JsonArray(
                """
                [{"start": "2026-03-28T23:00:02.000000Z", "count": 1, "min": 3.0, "max": 3.0,
                  "mean": 3.0, "first": 3.0, "last": 3.0},
                 {"start": "2026-03-28T23:00:04.000000Z", "count": 1, "min": 4.0, "max": 4.0,
                  "mean": 4.0, "first": 4.0, "last": 4.0}]"""));
    assertThat(get(buckets + "&fill=null&format=csv").body())
        .startsWith("start,count,min,max,mean,first,last\r\n2026-03-28T23:00:02.000000Z,1,3.0,")
        .endsWith("\r\n2026-03-28T23:00:06.000000Z,0,,,,,\r\n");
    var days =
        json(
            "/series/room.1/buckets?from=2026-03-28T23:00:00Z&to=2026-03-29T22:00:00Z&width=P1D"
                + "&timeZone=Europe/Berlin");
    assertThat(days.getJsonArray("buckets")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/series?pattern=a..b|bad-parameter|pattern|pattern \"a..b\": empty word",
        "/series?first=0|bad-parameter|first|must be 1 to 1,000, is \"0\"",
        "/series?after=x%20y|bad-parameter|after|character ' ' at position 2",
        "/series?Pattern=x|unknown-parameter|Pattern|there are pattern, first, after, format",
        "/series?first=1&first=2|bad-parameter|first|must be given once",
        "/series?format=xml|bad-parameter|format|must be json or csv or ndjson, is \"xml\"",
        "/series/room..1/readings|bad-parameter|name|empty word at position 2",
        "/series/room+1/readings|bad-parameter|name|character '+'",
        "/series/|bad-parameter|name|must not be empty",
        "/series?first=%D9%A3|bad-parameter|first|must be 1 to 1,000",
        "/series?first=%2B5|bad-parameter|first|must be 1 to 1,000",
        "/series/room.1/readings?first=10001|bad-parameter|first|must be 1 to 10,000, is \"10001\"",
        "/series/room.1/readings?last=ten|bad-parameter|last|must be 1 to 10,000, is \"ten\"",
        "/series/room.1/readings?first=1&last=1|bad-parameter|last|must not be given beside first",
        "/series/room.1/readings?after=x|bad-parameter|after|must be a cursor of a page, is \"x\"",
        "/series/room.1/readings?before=x|bad-parameter|before|must be a cursor of a page",
        "/series/room.1/readings?from=now|bad-parameter|from|must be RFC 3339 with an offset",
        "/series/room.1/readings?to=2026-11-21T02:41:48+01:00|bad-parameter|to|+ is written %2B",
        "/series/room.1/readings?from=1969-01-01T00:00:00Z|bad-parameter|from|before 1970",
        "/series/room.1/readings?format=csv&first=0|bad-parameter|first|1 to 1,000,000,000",
        "/series/room.1/statistics?width=PT1S|unknown-parameter|width|there are from, to, format",
        "/series/room.1/statistics?format=csv|bad-parameter|format|must be json, is \"csv\"",
        "/series/room.1/buckets?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z|bad-parameter|width|must be given",
        "/series/room.1/buckets?width=PT1S&to=2026-01-02T00:00:00Z|bad-parameter|from|must be given",
        "/series/room.1/buckets?width=1h&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z|bad-parameter|width|ISO 8601",
        "/series/room.1/buckets?width=PT1S&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z|bad-parameter|width|at most 10,000 buckets",
        "/series/room.1/buckets?width=PT1H&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z|bad-parameter|to|after from",
        "/series/room.1/readings?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z|bad-parameter|to|to: must be after from",
        "/series/room.1/readings?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z&format=csv|bad-parameter|to|to: must be after from",
        "/series/room.1/statistics?from=2026-01-02T00:00:00Z&to=2026-01-02T00:00:00Z|bad-parameter|to|to: must be after from",
        "/series/room.1/buckets?width=PT1H&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z&fill=x|bad-parameter|fill|none, null, previous or linear",
        "/series/room.1/buckets?width=PT1H&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z&timeZone=Mars|bad-parameter|timeZone|a zone's name"
      })
  void namesTheParameterThatIsWrong(String path, String type, String parameter, String detail) {
    assertProblem(get(path), 400, type, detail, parameter);
  }

  private static void assertProblem(
      HttpResponse<String> response, int status, String type, String detail, String parameter) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(header(response, "content-type")).isEqualTo("application/problem+json");
    var problem = new JsonObject(response.body());
    assertThat(problem.getString("type")).isEqualTo("urn:stripchart:problem:" + type);
    assertThat(problem.getInteger("status")).isEqualTo(status);
    assertThat(problem.getString("detail")).contains(detail);
    assertThat(problem.getString("parameter")).isEqualTo(parameter);
  }

  /** Java's own client would refuse to send them. */
  @ParameterizedTest
  @ValueSource(strings = {"/series?pattern=%zz", "/series/%zz/readings"})
  void refusesAPercentSignThatEncodesNothing(String path) {
    assertThat(RawHttp.statusOf(api.port(), "GET " + path + " HTTP/1.1")).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"readings", "statistics", "readings?format=csv"})
  void saysThatASeriesIsUnknown(String what) {
    assertProblem(
        get("/series/room.3/" + what), 404, "unknown-series", "the series \"room.3\"", "name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/series/room.1/chart", "/series/room.1/", "/series/a/b/c"})
  void saysWhatThereIsWhereThereIsNothing(String path) {
    assertProblem(get(path), 404, "unknown-path", "/series/{name}/readings", null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/seriesx", "/api", "/api/factoriesx", "/none"})
  void saysWhereAllIsToldWhereThereIsNothingAtAll(String path) {
    assertProblem(get(path), 404, "unknown-path", "see /docs/", null);
  }

  @Test
  void takesOnlyGetAndHead() {
    var response =
        api.send(HttpRequest.newBuilder(api.uri("/series")).POST(BodyPublishers.ofString("x")));
    assertProblem(response, 405, "method-not-allowed", "must be GET or HEAD, is POST", null);
    assertThat(header(response, "allow")).isEqualTo("GET, HEAD");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/series|text/html|types are application/json, text/csv, application/x-ndjson, in UTF-8",
        "/series|application/json;q=0|Accept: not acceptable; offered types are",
        "/series/room.1/statistics|text/csv|offered types are application/json, in UTF-8"
      })
  void refusesWhatIsNotOffered(String path, String accept, String detail) {
    assertProblem(get(path, "accept", accept), 406, "not-acceptable", detail, null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/series", "/series?format=csv", "/series/room.1/statistics"})
  void answersHeadAsGetWithoutABody(String path) {
    var head =
        api.send(HttpRequest.newBuilder(api.uri(path)).method("HEAD", BodyPublishers.noBody()));
    var get = get(path);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(header(head, "content-type")).isEqualTo(header(get, "content-type"));
    assertThat(header(head, "content-length")).isEqualTo(header(get, "content-length"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/series",
        "/series/room.1/readings?first=1",
        "/series/room.1/statistics",
        "/series/room.1/buckets?from=2026-03-28T23:00:03Z&to=2026-03-28T23:00:08Z&width=PT2S&format=csv"
      })
  void saysThatTheClientHasTheAnswerAlready(String path) {
    var tag = header(get(path), "etag");
    var again = get(path, "if-none-match", "\"other\", W/" + tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(header(again, "etag")).isEqualTo(tag);
    assertThat(header(again, "cache-control")).isEqualTo("no-cache");
    assertThat(again.headers().allValues("vary")).contains("accept");
    assertThat(get(path, "if-none-match", "*").statusCode()).isEqualTo(304);
    assertThat(get(path, "if-none-match", "\"other\"").statusCode()).isEqualTo(200);
  }

  @Test
  void answersAnewWhereTheAnswerHasChanged() {
    var path = "/series/room.2/statistics";
    var tag = header(get(path), "etag");
    database.execute(
        "insert into reading select id, ?, 77 from series where name = 'room.2'",
        Instant.parse("2026-03-27T00:00:07Z"));
    var changed = get(path, "if-none-match", tag);
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(header(changed, "etag")).isNotEqualTo(tag);
  }

  @Test
  void tellsNoTagOfAStreamNorOfAProblem() {
    assertThat(header(get("/series?format=csv", "if-none-match", "*"), "etag")).isEqualTo("none");
    var unknown = get("/series/room.3/statistics", "if-none-match", "*");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(header(unknown, "etag")).isEqualTo("none");
  }

  @Test
  void endsAStreamToOldHttpByClosing() {
    var request = "GET /series?format=csv HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    try (var connection = RawConnection.to(api.port()).send(request)) {
      var answer = connection.readAll();
      assertThat(answer).contains(" 200 ").doesNotContainIgnoringCase("transfer-encoding");
      assertThat(answer).contains("\r\n\r\nname,unit,description\r\n").endsWith("\r\n");
    }
  }

  @Test
  void letsPagesOfAllowedOriginsRead() {
    var friend = get("/series", "origin", FRIEND);
    assertThat(header(friend, "access-control-allow-origin")).isEqualTo(FRIEND);
    assertThat(header(friend, "access-control-expose-headers"))
        .contains("link", "etag", "location");
    assertThat(friend.headers().allValues("vary")).contains("origin", "accept");
    var stranger = get("/series", "origin", "https://stranger.example");
    assertThat(header(stranger, "access-control-allow-origin")).isEqualTo("none");
  }

  @Test
  @SuppressWarnings("try")
  void saysThatTheDatabaseIsAway() {
    try (var outage = database.stopped()) {
      for (var path : List.of("/series", "/series?format=csv", "/series/room.1/readings")) {
        var response = get(path);
        assertProblem(response, 503, "database-away", "the database is away", null);
        assertThat(header(response, "retry-after")).isEqualTo("5");
      }
    }
  }
}
