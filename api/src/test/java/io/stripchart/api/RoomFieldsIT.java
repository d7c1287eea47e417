package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rooms in GraphQL. */
@Timeout(180)
class RoomFieldsIT {
  @RegisterExtension static final RoomsApi rooms = RoomsApi.create();

  @Test
  void answersGraphQl() {
    assertThat(
            rooms
                .api()
                .data(
                    """
                    { room(name: "10") {
                        name building
                        sensors { name quantity current { time value } }
                        average(window: "PT1S", at: "2020-11-17T12:00:01Z") { value count from to }
                        humidity: average(at: "2020-11-17T12:00:01Z", quantity: "humidity") { value }
                        now: average { value count } }
                      none: room(name: "1") { name }
                      elsewhere: room(name: "10", building: "B1") { building sensors { name } } }\
                    """))
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
                 "elsewhere": {"building": "B1", "sensors": [{"name": "7"}]}}\
                """));
  }

  @Test
  void answersPagesOfGraphQlByOneStatementAField() {
    var query =
        """
        { rooms(first: 3) {
            edges { cursor node {
              name sensors { name } average(at: "2020-11-17T12:00:01Z") { value } } }
            pageInfo { hasNextPage endCursor } } }\
        """;
    long before = rooms.api().statements();
    var page = rooms.api().data(query).getJsonObject("rooms");
    assertThat(rooms.api().statements()).isLessThanOrEqualTo(before + 3);
    var edges = page.getJsonArray("edges");
    assertThat(cursors(edges)).containsExactly("10-1", "10", "101");
    var second = edges.getJsonObject(1).getJsonObject("node");
    assertThat(second.getJsonArray("sensors")).hasSize(3);
    assertThat(second.getJsonObject("average").getDouble("value")).isEqualTo(21);
    assertThat(page.getJsonObject("pageInfo").getString("endCursor")).isEqualTo("101");
    var after = rooms.api().data("{ rooms(after: \"10-1\", first: 1) { edges { cursor } } }");
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
    assertThat(rooms.api().error("{ " + field + " }")).contains(message);
  }
}
