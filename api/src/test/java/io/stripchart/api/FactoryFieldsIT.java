package io.stripchart.api;

import static io.stripchart.api.FactoriesApi.GOAL;
import static io.stripchart.api.FactoriesApi.actual;
import static io.stripchart.api.FactoriesApi.chart;
import static io.stripchart.api.FactoriesApi.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Factories in GraphQL. */
@Timeout(180)
class FactoryFieldsIT {
  @RegisterExtension static final FactoriesApi factories = FactoriesApi.create();

  @Test
  void answersGraphQlByOneStatementForEachField() {
    factories.make(21);
    factories.make(22);
    factories.make(23);
    factories
        .feed()
        .tell(
            actual(21, 0, 1),
            reading(21, GOAL, 0, 4),
            actual(21, 1, 100),
            reading(21, GOAL, 2, 100),
            actual(22, 0, 5),
            reading(22, GOAL, 0, 0));
    await().until(() -> chart(factories.api(), 22, "").getJsonArray("time").size() == 1);
    long before = factories.api().statements();
    var data =
        factories
            .api()
            .data(
                "{ factories(first: 2) { edges { cursor node { id name attainment chartData(limit:"
                    + " 2) { time actual goal } } } pageInfo { hasNextPage endCursor } } }");
    assertThat(factories.api().statements() - before).isLessThanOrEqualTo(3);
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
            factories
                .api()
                .data(
                    "{ factory(id: 9) { name } factories(after: \"22\") { edges { node { id } } }"
                        + " }")
                .encode())
        .isEqualTo("{\"factory\":null,\"factories\":{\"edges\":[{\"node\":{\"id\":23}}]}}");
    assertThat(
            factories
                .api()
                .data("{ factory(id: 21) { attainment(from: \"2021-01-21T00:00:01Z\") } }")
                .encode())
        .contains("null");
  }

  @Test
  void changesByGraphQl() {
    assertThat(
            factories
                .api()
                .data("mutation { createFactory(id: 4, name: \"Vier\") { id name } }")
                .encode())
        .contains("{\"id\":4,\"name\":\"Vier\"}");
    assertThat(factories.api().data("mutation { createFactory { id name } }").encode())
        .contains("{\"id\":5,\"name\":\"Factory 5\"}");
    assertThat(
            factories
                .api()
                .data("mutation { renameFactory(id: 5, name: \"Five\") { name } }")
                .encode())
        .contains("Five");
    assertThat(
            factories
                .api()
                .data(
                    "mutation { appendChartData(id: 4, points: [{time: \"2021-01-21T00:00:00Z\","
                        + " actual: 3, goal: 4}]) { accepted } }")
                .encode())
        .contains("2");
    await().until(() -> chart(factories.other(), 4, "").getJsonArray(GOAL).equals(JsonArray.of(4)));
    assertThat(factories.api().data("mutation { deleteFactory(id: 4) { id } }").encode())
        .contains("4");
    await().until(() -> factories.other().get("/api/factory/4").statusCode() == 404);
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
        "mutation { appendChartData(id: 9, points: []) { accepted } }|there is no factory 9",
        "mutation { appendChartData(id: 1, points: [{timestamp: \"2021-01-21T00:00:00Z\"}]) {"
            + " accepted } }|argument 'points[0]' is missing required fields",
        "mutation { appendChartData(id: 1, points: [{time: \"2999-01-21T00:00:00Z\"}]) { accepted }"
            + " }|points[0]: time: must be at most 5 minutes",
      })
  void namesWhatIsWrongByGraphQl(String query, String message) {
    factories.make(1);
    assertThat(factories.api().error(query)).contains(message);
  }
}
