package io.stripchart.api;

import static io.stripchart.api.FactoriesApi.ACTUAL;
import static io.stripchart.api.FactoriesApi.GOAL;
import static io.stripchart.api.FactoriesApi.START;
import static io.stripchart.api.FactoriesApi.chart;
import static io.stripchart.api.FactoriesApi.header;
import static io.stripchart.api.FactoriesApi.ok;
import static io.stripchart.api.FactoriesApi.page;
import static io.stripchart.api.FactoriesApi.send;
import static io.stripchart.api.FactoriesApi.times;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(180)
class FactoriesIT {
  @RegisterExtension static final FactoriesApi factories = FactoriesApi.create();

  @Test
  void areMadeReadRenamedAndDeletedAndTheOtherProcessAgrees() {
    var made = send(factories.api(), "POST", "/api/factories", "{}");
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(header(made, "location")).isEqualTo("factory/0");
    assertThat(made.body()).isEqualTo("{\"factory\":{\"id\":0,\"name\":\"Factory 0\"}}");
    assertThat(
            ok(
                send(
                    factories.api(),
                    "POST",
                    "/api/factories",
                    "{\"id\":7,\"name\":\"Seven \\\"7\\\"\"}")))
        .isEqualTo(new JsonObject("{\"factory\":{\"id\":7,\"name\":\"Seven \\\"7\\\"\"}}"));
    assertThat(header(send(factories.other(), "POST", "/api/factories", "{}"), "location"))
        .isEqualTo("factory/8");
    factories.assertAgree("/api/factories");
    assertThat(send(factories.other(), "PATCH", "/api/factories/7", "{\"name\":\"Sept\"}").body())
        .contains("\"Sept\"");
    factories.assertAgree("/api/factory/7");
    assertThat(factories.api().get("/api/factory/7").body()).contains("\"Sept\"");
    assertThat(send(factories.api(), "PUT", "/api/factory/7", "{\"name\":\"Sieben\"}").statusCode())
        .isEqualTo(200);
    factories.assertAgree("/api/factory/7/chart-data");
    assertThat(send(factories.api(), "DELETE", "/api/factory/7", null).statusCode()).isEqualTo(204);
    await().until(() -> factories.other().get("/api/factory/7").statusCode() == 404);
    assertThat(send(factories.other(), "DELETE", "/api/factory/7", null).statusCode())
        .isEqualTo(404);
    factories.assertAgree("/api/factories?first=1");
  }

  @Test
  void leadsToTheNextPageTheSameWayHoweverItIsAskedFor() {
    factories.make(18);
    factories.make(19);
    var spelled = page(factories.api(), "?limit=1000&first=01");
    assertThat(spelled.getString("next")).isEqualTo("factories?first=1&limit=1000&after=18");
    assertThat(page(factories.api(), "?first=1")).isEqualTo(spelled);
    assertThat(page(factories.api(), spelled.getString("next").replaceFirst("^[^?]*", "")).encode())
        .contains("\"id\":19", "\"next\":null");
  }

  @Test
  void needsAnIdWhereNoneIsLeftBehindTheLast() {
    factories.make(Integer.MAX_VALUE);
    var refused = send(factories.api(), "POST", "/api/factories", "{}");
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(new JsonObject(refused.body()).getString("detail"))
        .isEqualTo("id: must be given, as none is left behind the last one");
  }

  @Test
  void takesWhatIsAppendedOnce() {
    factories.make(16);
    var list =
        "[{\"time\":%d,\"sprocket_production_actual\":5,\"sprocket_production_goal\":null},{\"time\":\"2021-01-21T00:01:00Z\",\"sprocket_production_goal\":6}]"
            .formatted(START.getEpochSecond());
    var arrays =
        "{\"chart_data\":{\"time\":[%d],\"sprocket_production_actual\":[7],\"sprocket_production_goal\":[8]}}"
            .formatted(START.getEpochSecond() + 90);
    for (int i = 0; i < 2; i++) {
      var taken = send(factories.api(), "POST", "/api/factory/16/chart-data", list);
      assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
      assertThat(taken.body()).isEqualTo("{\"accepted\":2}");
      assertThat(
              ok(send(factories.other(), "POST", "/api/factories/16/chart-data", arrays))
                  .getInteger("accepted"))
          .isEqualTo(2);
    }
    var expected =
        new JsonObject()
            .put(ACTUAL, JsonArray.of(5, null, 7))
            .put(GOAL, JsonArray.of(null, 6, 8))
            .put("time", times(0, 60, 90));
    await().untilAsserted(() -> assertThat(chart(factories.api(), 16, "")).isEqualTo(expected));
    factories.assertAgree("/api/factory/16");
    assertThat(factories.stored(16)).isEqualTo(4);
  }

  @Test
  @SuppressWarnings("try")
  void saysWhatIsAwayAndGoesOnLater() {
    factories.make(17);
    var body = "[{\"time\":1611187200,\"sprocket_production_goal\":1}]";
    try (var outage = factories.broker().stopped()) {
      var refused = send(factories.api(), "POST", "/api/factory/17/chart-data", body);
      assertThat(refused.statusCode()).as(refused.body()).isIn(503, 504);
    }
    await()
        .until(
            () ->
                send(factories.api(), "POST", "/api/factory/17/chart-data", body).statusCode()
                    == 202);
    await()
        .until(
            () ->
                factories.api().surroundings().health().report().values().stream()
                    .allMatch(Optional::isEmpty));
    await()
        .until(
            () ->
                factories.other().surroundings().health().report().values().stream()
                    .allMatch(Optional::isEmpty));
  }

  @Test
  void agreesAfterChangesAndAppendingAtOnce() {
    factories.make(1);
    var stopped = new AtomicBoolean();
    var changes =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; !stopped.get(); i++) {
                var to = i % 2 == 0 ? factories.api() : factories.other();
                send(to, "PUT", "/api/factory/" + (i % 3 + 1), "{\"name\":\"Name " + i + "\"}");
                if (i % 4 == 0) send(to, "DELETE", "/api/factory/" + (2 + i % 2), null);
                if (i % 5 == 0) send(to, "POST", "/api/factories", "{}");
              }
            });
    int taken = 0;
    for (int i = 0; i < 60; i++) {
      var body = "[{\"time\":%d,\"%s\":%d}]".formatted(START.getEpochSecond() + i, ACTUAL, i);
      var to = i % 2 == 0 ? factories.other() : factories.api();
      if (send(to, "POST", "/api/factory/1/chart-data", body).statusCode() == 202) taken++;
      to.get("/api/factories");
    }
    stopped.set(true);
    changes.join();
    assertThat(taken).isEqualTo(60);
    await().until(() -> factories.stored(1) == 60);
    factories.assertAgree("/api/factories");
    factories.assertAgree("/api/factory/1");
    assertThat(chart(factories.api(), 1, "").getJsonArray(ACTUAL)).hasSize(60);
    assertIsWhatIsStored();
  }

  private static void assertIsWhatIsStored() {
    var stored = factories.database().query("select id, name from factory order by id");
    var shown = page(factories.other(), "").getJsonArray("factories");
    assertThat(shown).hasSize(stored.size());
    for (int i = 0; i < stored.size(); i++) {
      var factory = shown.getJsonObject(i).getJsonObject("factory");
      assertThat(List.of(factory.getValue("id"), factory.getValue("name")))
          .isEqualTo(stored.get(i));
    }
  }
}
