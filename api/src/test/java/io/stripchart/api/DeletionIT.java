package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.reading.Reading;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(180)
class DeletionIT {
  private static final String RANGE = "?from=2020-11-10T00:00:00Z&to=2020-11-11T00:00:00Z";

  @RegisterExtension static final LiveApi live = LiveApi.create();
  private static RunningApi other;

  @BeforeAll
  static void open() {
    other = new RunningApi(live.broker().uri(), live.database().uri());
  }

  @AfterAll
  static void close() {
    other.close();
  }

  private static HttpResponse<String> delete(String path, String... headers) {
    var request = HttpRequest.newBuilder(live.api().uri(path)).DELETE();
    if (headers.length > 0) request.headers(headers);
    return live.api().send(request);
  }

  private static JsonObject deleted(String series, String range) {
    var response = delete("/series/" + series + "/readings" + range);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new JsonObject(response.body());
  }

  private static long stored(String series) {
    return live.database()
        .number(
            "select count(*) from reading join series on id = series_id where name = ?", series);
  }

  @Test
  void deletesTheReadingsOfARangeAndNoOthers() {
    Seed.readings(live.database(), "del.some", "2020-11-10T00:00:00Z", 10);
    Seed.readings(live.database(), "del.other", "2020-11-10T00:00:00Z", 10);
    assertThat(deleted("del.some", "?from=2020-11-10T00:00:02Z&to=2020-11-10T00:00:05Z"))
        .isEqualTo(
            new JsonObject(
                "{\"series\":\"del.some\",\"deleted\":3,\"complete\":true,"
                    + "\"until\":\"2020-11-10T00:00:05.000000Z\"}"));
    assertThat(stored("del.some")).isEqualTo(7);
    assertThat(stored("del.other")).isEqualTo(10);
    assertThat(deleted("del.some", RANGE).getLong("deleted")).isEqualTo(7);
    assertThat(deleted("del.some", RANGE).getLong("deleted")).isZero();
    assertThat(live.api().json("/series/del.some/readings").getJsonArray("readings")).isEmpty();
  }

  @Test
  void deletesManyInSeveralTransactions() {
    var database = live.database();
    database.execute("insert into series (name) values ('del.many')");
    database.execute(
        "insert into reading select id, timestamptz '2020-11-10 00:00+00' + n * interval '5 s', n"
            + " from series, generate_series(0, 12000) n where name = 'del.many'");
    assertThat(deleted("del.many", RANGE))
        .isEqualTo(
            new JsonObject(
                "{\"series\":\"del.many\",\"deleted\":12001,\"complete\":true,"
                    + "\"until\":\"2020-11-11T00:00:00.000000Z\"}"));
  }

  @Test
  void answersAreExactAtOnceWhereHoursAreRolledUp() {
    var database = live.database();
    Seed.readings(database, "del.rolled", "2020-11-10T00:00:00Z", 10);
    database.execute(
        "insert into reading_hour (series_id, hour, count, min, max, mean, m2, first, first_time,"
            + " last, last_time)"
            + " select id, '2020-11-10 00:00+00', 10, 0, 9, 4.5, 82.5, 0, '2020-11-10 00:00:00+00',"
            + " 9, '2020-11-10 00:00:09+00' from series where name = 'del.rolled'");
    database.execute(
        "insert into reading_day"
            + " select id, '2020-11-10 00:00+00', 10, 0, 9, 4.5, 82.5, '2020-11-10 00:00:00+00',"
            + " '2020-11-10 00:00:09+00' from series where name = 'del.rolled'");
    database.execute(
        "update rollup set closed_until = '2020-11-12 00:00+00', rolled_until = '2020-11-12 00:00+00'");
    try {
      assertThat(count("del.rolled")).isEqualTo(10);
      assertThat(
              deleted("del.rolled", "?from=2020-11-10T00:00:00Z&to=2020-11-10T00:00:04Z")
                  .getLong("deleted"))
          .isEqualTo(4);
      assertThat(count("del.rolled")).isEqualTo(6);
      assertThat(
              database.number(
                  "select count(*) from late_hour join series on id = series_id"
                      + " where name = 'del.rolled' and hour = '2020-11-10 00:00+00'"))
          .isEqualTo(1);
    } finally {
      database.execute("update rollup set rolled_until = 'epoch', closed_until = 'epoch'");
    }
  }

  private static int count(String series) {
    return live.api()
        .json("/series/" + series + "/statistics?from=2020-11-10T00:00:00Z&to=2020-11-11T00:00:00Z")
        .getInteger("count");
  }

  @Test
  void whatAllProcessesHoldIsReadAgain() {
    var now = Instant.now();
    Seed.partitionAroundNow(live.database());
    live.stored()
        .tell(
            new Reading("room.77.1.temperature", now.minusSeconds(20), 20),
            new Reading("room.77.1.temperature", now.minusSeconds(10), 1_000));
    for (var api : new RunningApi[] {live.api(), other}) {
      // Often enough that it is held in memory.
      await().until(() -> api.json("/api/rooms/77").getDouble("average") == 510.0);
      assertThat(current(api)).isEqualTo(1_000);
    }
    deleted("room.77.1.temperature", "?from=" + now.minusSeconds(15) + "&to=" + now.plusSeconds(1));
    for (var api : new RunningApi[] {live.api(), other}) {
      await()
          .untilAsserted(
              () -> assertThat(api.json("/api/rooms/77").getDouble("average")).isEqualTo(20));
      assertThat(current(api)).isEqualTo(20);
    }
  }

  private static double current(RunningApi api) {
    return api.json("/api/rooms/77").getJsonArray("current").getJsonObject(0).getDouble("value");
  }

  @Test
  void subscriptionsOfAveragesForgetWhatWasDeleted() {
    Seed.readings(live.database(), "del.live", "2020-11-10T00:00:00Z", 4);
    long before = live.asked("window");
    try (var client = SocketClient.modern(live.api())) {
      client.start(
          "subscribe",
          "a",
          "subscription { averageTemperature(windowSize: 3, series: \"del.live\") { value } }");
      await().until(() -> live.asked("window") > before);
      // The response comes after the events of reading the window.
      client.start("subscribe", "ping", "{ temperatureStatistics { count } }");
      client.expect("next");
      client.expect("complete");
      live.stored().tell(new Reading("del.live", Instant.parse("2020-11-10T00:00:04Z"), 4));
      assertThat(average(client)).isEqualTo(3);
      deleted("del.live", "?from=2020-11-10T00:00:02Z&to=2020-11-10T00:00:04Z");
      assertThat(average(client)).isEqualTo((0 + 1 + 4) / 3.0);
    }
  }

  private static double average(SocketClient client) {
    return client.event().getJsonObject("averageTemperature").getDouble("value");
  }

  @ParameterizedTest
  @CsvSource({
    "/series/del.bad/readings, 400, from",
    "/series/del.bad/readings?from=2020-11-10T00:00:00Z, 400, to",
    "/series/del.bad/readings?to=2020-11-10T00:00:00Z, 400, from",
    "/series/del.bad/readings?from=2020-11-10T00:00:00Z&to=2020-11-10T00:00:00Z, 400, to",
    "/series/del.bad/readings?from=2020-11-10T00:00:00Z&to=2020-11-09T00:00:00Z, 400, to",
    "/series/del.bad/readings?from=yesterday&to=2020-11-09T00:00:00Z, 400, from",
    "/series/del.bad/readings?from=2020-11-10T00:00:00Z&to=2020-11-11T00:00:00Z&all=1, 400, all",
    "/series/del..bad/readings?from=2020-11-10T00:00:00Z&to=2020-11-11T00:00:00Z, 400, name",
    "/series/del.unknown/readings?from=2020-11-10T00:00:00Z&to=2020-11-11T00:00:00Z, 404, name"
  })
  void refusesWhatDoesNotSayWhatToDelete(String path, int status, String parameter) {
    if (stored("del.bad") == 0)
      Seed.readings(live.database(), "del.bad", "2020-11-10T00:00:00Z", 10);
    var response = delete(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(new JsonObject(response.body()).getString("parameter")).isEqualTo(parameter);
    assertThat(stored("del.bad")).isEqualTo(10);
  }

  @Test
  void refusesForeignWebPages() {
    Seed.readings(live.database(), "del.foreign", "2020-11-10T00:00:00Z", 10);
    var path = "/series/del.foreign/readings" + RANGE;
    var response = delete(path, "origin", "https://evil.example");
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("foreign-origin");
    var preflight =
        live.api()
            .send(
                HttpRequest.newBuilder(live.api().uri(path))
                    .headers(
                        "origin", "https://evil.example", "access-control-request-method", "DELETE")
                    .method("OPTIONS", BodyPublishers.noBody()));
    assertThat(preflight.headers().firstValue("access-control-allow-origin")).isEmpty();
    assertThat(stored("del.foreign")).isEqualTo(10);
    // The api's own page may.
    assertThat(delete(path, "origin", "http://127.0.0.1:" + live.api().port()).statusCode())
        .isEqualTo(200);
    assertThat(stored("del.foreign")).isZero();
  }
}
