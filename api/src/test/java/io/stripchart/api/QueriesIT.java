package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class QueriesIT {
  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static RunningApi api;

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    Seed.partition(database, "2020-11-09", "2020-11-16");
    Seed.partition(database, "2020-11-16", "2020-11-23");
    Seed.partitionAroundNow(database);
    Seed.readings(database, "satellite.temperature", "2020-11-15T23:59:55Z", 10);
    Seed.readings(database, "room.1.temperature", "2020-11-10T00:00:00Z", 3);
    Seed.readings(database, "room.2.temperature", "2020-11-10T00:00:00Z", 1);
    database.execute(
        "update series set unit = '°C', description = 'Room 1' where name like 'room.1%'");
    database.execute("insert into series (name) values ('empty')");
    api = new RunningApi(broker.uri(), database.uri());
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void tellsTheLatestReading() {
    assertThat(api.data("{ currentTemperature { series time value timestamp } }"))
        .isEqualTo(
            new JsonObject(
                """
                {"currentTemperature": {"series": "satellite.temperature",
                 "time": "2020-11-16T00:00:04.000000Z", "value": 9.0,
                 "timestamp": "2020-11-16T00:00:04.000000Z"}}"""));
  }

  @Test
  void tellsALaterReadingAsSoonAsItIsStored() {
    Seed.readings(database, "growing", "2020-11-10T00:00:00Z", 2);
    var question = "{ currentTemperature(series: \"growing\") { value } }";
    assertThat(api.data(question).encode()).contains("1.0");
    Seed.readings(database, "growing", "2020-11-20T00:00:00Z", 6);
    assertThat(api.data(question).encode()).contains("5.0");
    database.execute("delete from reading where time >= '2020-11-20'");
    assertThat(api.data(question).encode()).contains("1.0");
  }

  @ParameterizedTest
  @CsvSource({"unheard.of", "empty"})
  void tellsNullWhereNothingIsStored(String series) {
    assertThat(api.data("{ currentTemperature(series: \"" + series + "\") { value } }"))
        .isEqualTo(new JsonObject().putNull("currentTemperature"));
    assertThat(
            api.data(
                "{ temperatureStatistics(series: \"" + series + "\") { count min max mean } }"))
        .isEqualTo(
            new JsonObject(
                """
                {"temperatureStatistics": {"count": 0, "min": null, "max": null, "mean": null}}"""));
  }

  @Test
  void countsTheWindowFromAfterUpToBefore() {
    assertThat(
            api.data(
                """
                { temperatureStatistics(after: "2020-11-15T23:59:56Z",
                    before: "2020-11-16T01:00:03+01:00") { count min max mean } }"""))
        .isEqualTo(
            new JsonObject(
                """
                {"temperatureStatistics": {"count": 7, "min": 1.0, "max": 7.0, "mean": 4.0}}"""));
  }

  @Test
  void listsMeasurementsOldestFirst() {
    assertThat(
            api.data(
                    """
                    { temperatureMeasurements(after: "2020-11-15T23:59:59Z", first: 3) {
                        time value } }""")
                .getJsonArray("temperatureMeasurements"))
        .isEqualTo(
            new JsonArray(
                """
                [{"time": "2020-11-15T23:59:59.000000Z", "value": 4.0},
                 {"time": "2020-11-16T00:00:00.000000Z", "value": 5.0},
                 {"time": "2020-11-16T00:00:01.000000Z", "value": 6.0}]"""));
  }

  @Test
  void listsTheLastTwoSecondsWhereNoWindowIsGiven() {
    // Ahead of now and so within the two seconds, however slow this test is.
    Seed.readings(database, "lately", Instant.now().minusSeconds(10).toString(), 1);
    var ahead = Instant.now().plusSeconds(60);
    database.execute(
        "insert into reading (series_id, time, value) select id, ?, 7 from series where name = ?",
        ahead,
        "lately");
    assertThat(
            api.data("{ temperatureMeasurements(series: \"lately\") { value } }")
                .getJsonArray("temperatureMeasurements"))
        .isEqualTo(new JsonArray("[{\"value\": 7.0}]"));
  }

  @Test
  void pagesSeriesByName() {
    var page =
        """
        { series(pattern: "room.#", first: 1 %s) {
            edges { cursor node { name unit description current { value } } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }""";
    assertThat(api.data(page.formatted("")).getJsonObject("series"))
        .isEqualTo(
            new JsonObject(
                """
                {"edges": [{"cursor": "room.1.temperature", "node": {"name": "room.1.temperature",
                  "unit": "°C", "description": "Room 1", "current": {"value": 2.0}}}],
                 "pageInfo": {"hasNextPage": true, "hasPreviousPage": false,
                  "startCursor": "room.1.temperature", "endCursor": "room.1.temperature"}}"""));
    assertThat(api.data(page.formatted(", after: \"room.1.temperature\"")).encode())
        .contains("room.2.temperature", "\"hasNextPage\":false", "\"hasPreviousPage\":true");
  }

  @Test
  void findsOneSeriesByItsExactName() {
    assertThat(
            api.data("{ series(pattern: \"empty\") { edges { node { name current { value } } } } }")
                .encode())
        .isEqualTo("{\"series\":{\"edges\":[{\"node\":{\"name\":\"empty\",\"current\":null}}]}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ currentTemperature(series: \"room..temp\") { value } }|series \"room..temp\": empty word",
        "{ temperatureMeasurements(first: 0) { value } }|first: must be 1 to 10,000, is 0",
        "{ temperatureMeasurements(first: 10001) { value } }|first: must be 1 to 10,000, is 10001",
        "{ series(first: 1001) { pageInfo { hasNextPage } } }|first: must be 1 to 1,000, is 1001",
        "{ series(pattern: \"a.!\") { pageInfo { hasNextPage } } }|pattern \"a.!\": word 2",
        "{ temperatureStatistics(after: \"yesterday\") { count } }|RFC 3339",
        "{ temperatureStatistics(after: \"2020-11-16T00:00:00\") { count } }|offset",
        "{ temperatureStatistics(after: 5) { count } }|RFC 3339",
        "{ temperatureStatistics(after: \"1969-12-31T23:59:59Z\") { count } }|1970",
      })
  void namesTheArgumentAndItsRange(String query, String message) {
    assertThat(api.error(query)).contains(message);
  }

  @Test
  void takesVariables() {
    var request =
        new JsonObject()
            .put(
                "query",
                "query A($s: String, $t: DateTime) { temperatureStatistics(series: $s, after: $t) { count } }")
            .put("operationName", "A")
            .put(
                "variables",
                new JsonObject().put("s", "room.1.temperature").put("t", "2020-11-10T00:00:01Z"));
    assertThat(api.ask(request).encode())
        .isEqualTo("{\"data\":{\"temperatureStatistics\":{\"count\":2}}}");
  }

  @SuppressWarnings("try")
  @Test
  void saysThatTheDatabaseIsAwayAndComesBack() {
    var question = "{ temperatureStatistics { count } }";
    try (var outage = database.stopped()) {
      assertThat(api.error(question)).contains("database is away");
    }
    assertThat(api.data(question).encode()).contains("10");
  }

  @SuppressWarnings("try")
  @Test
  void givesUpOnADatabaseThatIsSilent() {
    var question = "{ currentTemperature { value } }";
    api.data(question);
    try (var outage = database.frozen()) {
      assertThat(api.error(question)).contains("the database");
    }
    org.awaitility.Awaitility.await().until(() -> !api.ask(question).containsKey("errors"));
  }
}
