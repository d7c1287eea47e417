package io.stripchart.api;

import static io.stripchart.api.FactoriesApi.ACTUAL;
import static io.stripchart.api.FactoriesApi.GOAL;
import static io.stripchart.api.FactoriesApi.START;
import static io.stripchart.api.FactoriesApi.actual;
import static io.stripchart.api.FactoriesApi.chart;
import static io.stripchart.api.FactoriesApi.header;
import static io.stripchart.api.FactoriesApi.ok;
import static io.stripchart.api.FactoriesApi.reading;
import static io.stripchart.api.FactoriesApi.times;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(180)
class FactoryChartsIT {
  @RegisterExtension static final FactoriesApi factories = FactoriesApi.create();

  @Test
  void chartsAreAlignedByTimeAndWhatIsMissingIsNull() {
    factories.make(11);
    assertThat(factories.api().get("/api/factory/11").body())
        .isEqualTo(
            "{\"factory\":{\"id\":11,\"name\":\"F\",\"chart_data\":{\"sprocket_production_actual\":[],"
                + "\"sprocket_production_goal\":[],\"time\":[]}}}");
    factories
        .feed()
        .tell(
            actual(11, 0, 32),
            reading(11, GOAL, 0, 31),
            actual(11, 60, 28.5),
            reading(11, GOAL, 30, 30));
    await()
        .untilAsserted(
            () ->
                assertThat(chart(factories.api(), 11, ""))
                    .isEqualTo(
                        new JsonObject()
                            .put(ACTUAL, JsonArray.of(32, null, 28.5))
                            .put(GOAL, JsonArray.of(31, 30, null))
                            .put("time", times(0, 30, 60))));
    assertThat(chart(factories.api(), 11, "?from=2021-01-21T00:00:30Z").getJsonArray("time"))
        .isEqualTo(times(30, 60));
    assertThat(
            chart(factories.api(), 11, "?to=" + START.plusSeconds(60).getEpochSecond())
                .getJsonArray("time"))
        .isEqualTo(times(0, 30));
    factories.assertAgree("/api/factories/11/chart-data");
  }

  @Test
  void leadsToThePageBefore() {
    factories.make(12);
    for (int i = 0; i < 5; i++) factories.feed().tell(actual(12, i, i));
    await().until(() -> chart(factories.api(), 12, "").getJsonArray("time").size() == 5);
    var path = "/api/factory/12/chart-data?limit=2";
    var seen = new ArrayList<List<?>>();
    while (path != null) {
      var response = factories.api().get(path);
      seen.add(
          ok(response)
              .getJsonObject("factory")
              .getJsonObject("chart_data")
              .getJsonArray(ACTUAL)
              .getList());
      var link = header(response, "link");
      path =
          link.equals("none")
              ? null
              : RunningApi.follow(path, link.substring(1, link.indexOf('>')));
      if (path != null) assertThat(link).endsWith(">; rel=\"prev\"");
    }
    assertThat(seen).hasToString("[[3, 4], [1, 2], [0]]");
    // A window of another begin leads to that begin, and no further.
    var window =
        factories.api().get("/api/factory/12?limit=1&from=" + (START.getEpochSecond() + 3));
    assertThat(header(window, "link")).contains("from=1611187203&to=1611187204");
  }

  @Test
  void aRepeatedReadCostsTheDatabaseNothing() throws Exception {
    factories.make(13);
    factories.make(14);
    factories.feed().tell(actual(13, 0, 1));
    await().until(() -> chart(factories.api(), 13, "").getJsonArray("time").size() == 1);
    var paths =
        List.of(
            "/api/factory/13",
            "/api/factory/14/chart-data?limit=5",
            "/api/factories",
            "/api/factory/99");
    // The client has one connection, so that one event loop answers it.
    paths.forEach(path -> factories.api().get(path));
    long before = factories.api().statements();
    for (int i = 0; i < 50; i++) {
      for (var path : paths) {
        var first = factories.api().get(path);
        if (first.statusCode() == 404) continue;
        var again =
            factories.api().get(path, "if-none-match", "\"other\", W/" + header(first, "etag"));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
      }
    }
    assertThat(factories.api().statements()).isEqualTo(before);
    try (var outage = factories.database().stopped()) {
      assertThat(outage).isNotNull();
      assertThat(factories.api().get("/api/factory/13").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void isNeverOlderThanWhatWasToldOf() {
    factories.make(15);
    var random = new Random(5);
    chart(factories.api(), 15, "?limit=50");
    try (var client = SocketClient.modern(factories.api())) {
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
        factories.feed().tell(reading(15, quantity, second, second));
        client.event();
        var chart = chart(factories.api(), 15, "?limit=300");
        int index =
            chart.getJsonArray("time").getList().indexOf((int) START.getEpochSecond() + second);
        assertThat(index).as("told of, and not in the chart").isNotNegative();
        assertThat(chart.getJsonArray(quantity).getDouble(index)).isEqualTo(second);
      }
    }
  }

  /** The first one that it receives was announced after it had begun to listen. */
  private static void awaitFollowed(SocketClient client) {
    await()
        .until(
            () ->
                factories
                        .api()
                        .surroundings()
                        .metrics()
                        .get("stripchart.api.subscribers")
                        .gauge()
                        .value()
                    == 1);
    factories.feed().tell(actual(15, 100_000, 0));
    client.event();
  }
}
