package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class GaugesIT {
  private static final Instant NEWEST = Instant.parse("2026-03-28T23:00:04Z");

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static RunningApi api;

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    Seed.partition(database, "2026-03-23", "2026-03-30");
    Seed.readings(database, "room.101.7.temperature", "2026-03-28T23:00:00Z", 5);
    Seed.readings(database, "room.102.0.temperature", "2026-03-28T23:00:00Z", 1);
    Seed.readings(database, "room.103.0.temperature", "2026-03-28T23:00:00Z", 0);
    database.execute(
        "insert into series (name) select 'many.' || n from generate_series(1, 10000) n");
    Seed.readings(database, "many.7", "2026-03-28T23:00:00Z", 2);
    api = new RunningApi(broker.uri(), database.uri());
  }

  @AfterAll
  static void stop() {
    if (api != null) api.close();
  }

  private static HttpResponse<String> get(String query, String... headers) {
    var request = HttpRequest.newBuilder(api.uri("/metrics/readings" + query));
    if (headers.length > 0) request.headers(headers);
    return api.send(request);
  }

  @Test
  void givesTheLatestReadingOfEachSeries() {
    var response = get("?series=room.%23");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(response.body().lines().filter(line -> !line.startsWith("#")))
        .containsExactly(
            "stripchart_reading{series=\"room.101.7.temperature\"} 4.0 " + NEWEST.toEpochMilli(),
            "stripchart_reading{series=\"room.102.0.temperature\"} 0.0 "
                + NEWEST.minusSeconds(4).toEpochMilli());
    assertThat(get("?series=room.101.7.temperature").body().lines()).hasSize(3);
    assertThat(get("?series=nothing.%23").body().lines()).hasSize(2);
  }

  @Test
  void saysWhatIsTheSameAsBefore() {
    var tag = get("?series=room.%23").headers().firstValue("etag").orElseThrow();
    assertThat(get("?series=room.%23", "If-None-Match", tag).statusCode()).isEqualTo(304);
    assertThat(get("?series=room.*.7.*", "If-None-Match", tag).statusCode()).isEqualTo(200);
  }

  @Test
  void givesTenThousandSeriesAndNotOneMore() {
    assertThat(get("?series=many.*").body().lines()).hasSize(3);
    var response = get("?series=%23");
    assertThat(response.statusCode()).isEqualTo(400);
    var problem = new JsonObject(response.body());
    assertThat(problem.getString("parameter")).isEqualTo("series");
    assertThat(problem.getString("detail"))
        .isEqualTo("series: must be a narrower pattern: more than 10,000 match");
  }

  @ParameterizedTest
  @CsvSource({
    "'',400,bad-parameter,must be given",
    "?series=,400,bad-parameter,series",
    "?series=a..b,400,bad-parameter,empty word",
    "?series=a&series=b,400,bad-parameter,once",
    "?pattern=a,400,unknown-parameter,there are series here",
    "/all?series=a,404,unknown-path,/metrics/readings"
  })
  void refusesOtherQuestions(String query, int status, String type, String detail) {
    var response = get(query);
    assertThat(response.statusCode()).isEqualTo(status);
    var problem = new JsonObject(response.body());
    assertThat(problem.getString("type")).isEqualTo("urn:stripchart:problem:" + type);
    assertThat(problem.getString("detail")).contains(detail);
  }

  @Test
  void isReadByGet() {
    var request = HttpRequest.newBuilder(api.uri("/metrics/readings?series=a"));
    assertThat(api.send(request.POST(BodyPublishers.noBody())).statusCode()).isEqualTo(405);
    assertThat(api.send(request.method("HEAD", BodyPublishers.noBody())).statusCode())
        .isEqualTo(200);
  }

  /** Where {@code -Dstripchart.promtool} says where promtool is. */
  @Test
  @EnabledIfSystemProperty(named = "stripchart.promtool", matches = ".+")
  void givesWhatPrometheusTakes() throws IOException, InterruptedException {
    assertThat(promtool(get("?series=room.%23").body())).isEmpty();
    assertThat(promtool(get("?series=nothing.%23").body())).isEmpty();
    assertThat(promtool("stripchart_reading{series=\"x\" 1\n")).contains("error");
  }

  /** Its complaints. */
  private static String promtool(String metrics) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(List.of(System.getProperty("stripchart.promtool"), "check", "metrics"))
            .redirectErrorStream(true)
            .start();
    try (var input = process.getOutputStream()) {
      input.write(metrics.getBytes(StandardCharsets.UTF_8));
    }
    var complaints = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? complaints : complaints + "error";
  }
}
