package io.stripchart.api;

import static io.stripchart.api.RoomsApi.names;
import static io.stripchart.api.RoomsApi.now;
import static io.stripchart.api.RoomsApi.past;
import static io.stripchart.api.RoomsApi.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class RoomsIT {
  @RegisterExtension static final RoomsApi rooms = RoomsApi.create();

  /** Of rooms that no other test writes to. */
  @Test
  void listsRoomsByPages() {
    var first = rooms.get("/api/rooms?first=1");
    var page = new JsonObject(first.body());
    assertThat(page.getJsonArray("rooms").getJsonObject(0))
        .isEqualTo(
            new JsonObject(
                "{\"room\": \"10-1\", \"average\": null, \"count\": 0, \"sensors\": 1}"));
    assertThat(page.getString("next")).isEqualTo("rooms?first=1&after=10-1");
    assertThat(first.headers().firstValue("link"))
        .contains("<rooms?first=1&after=10-1>; rel=\"next\"");
    var second = rooms.json("/api/" + page.getString("next"));
    assertThat(second.getJsonArray("rooms").getJsonObject(0).getString("room")).isEqualTo("10");
    assertThat(second.getJsonArray("rooms").getJsonObject(0).getInteger("sensors")).isEqualTo(2);
    var third = rooms.json("/api/" + second.getString("next"));
    assertThat(names(third, "rooms", "room")).containsExactly("101");
    assertThat(names(rooms.json("/api/rooms?first=100&after=zzz"), "rooms", "room")).isEmpty();
    assertThat(rooms.json("/api/rooms?after=zzz").getString("next")).isNull();
  }

  @Test
  void listsBuildingsAndTheirRooms() {
    var first = rooms.json("/api/buildings?first=1");
    assertThat(names(first, "buildings", "building")).containsExactly("B1");
    assertThat(names(rooms.json("/api/" + first.getString("next")), "buildings", "building"))
        .containsExactly("B2");
    assertThat(rooms.json("/api/buildings/B2/rooms"))
        .isEqualTo(
            new JsonObject(
                """
                {"rooms": [{"building": "B2", "room": "x", "average": null, "count": 0,
                            "sensors": 1}], "next": null}\
                """));
    assertThat(rooms.json("/api/buildings/none/rooms").getJsonArray("rooms")).isEmpty();
  }

  @Test
  void roomsThatDoNotExistTakeNoPlaceOfThoseThatDo() {
    await()
        .untilAsserted(
            () -> {
              long before = rooms.api().statements();
              rooms.json("/api/rooms/10");
              assertThat(rooms.api().statements()).isEqualTo(before);
            });
    // More than there are places.
    for (int i = 0; i < 300; i++) {
      assertThat(rooms.get("/api/rooms/none-" + i).statusCode()).isEqualTo(404);
    }
    long before = rooms.api().statements();
    rooms.json("/api/rooms/10");
    assertThat(rooms.api().statements()).isEqualTo(before);
  }

  @Test
  void answersARoom() {
    assertThat(rooms.json("/api/rooms/10"))
        .isEqualTo(
            new JsonObject(
                """
                {"room": "10", "average": null, "count": 0, "sensors": 2, "current": [
                  {"sensor": "7", "quantity": "humidity",
                   "time": "2020-11-17T12:00:00.000000Z", "value": 55.0},
                  {"sensor": "7", "quantity": "temperature",
                   "time": "2020-11-17T12:00:00.000000Z", "value": 20.0},
                  {"sensor": "8", "quantity": "temperature",
                   "time": "2020-11-17T12:00:01.000000Z", "value": 22.0}]}\
                """));
    assertThat(rooms.json("/api/rooms/1%30")).isEqualTo(rooms.json("/api/rooms/10"));
    var inBuilding = rooms.json("/api/buildings/B1/rooms/10");
    assertThat(inBuilding.getString("building")).isEqualTo("B1");
    assertThat(inBuilding.getJsonArray("current")).hasSize(1);
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
              long before = rooms.api().statements();
              for (int i = 0; i < 20; i++) rooms.json(path);
              assertThat(rooms.api().statements()).isEqualTo(before);
            });
    var tag = tag(rooms.get(path));
    assertThat(rooms.get(path, "if-none-match", tag).statusCode()).isEqualTo(304);
    assertThat(tag(rooms.other().get(path))).isEqualTo(tag);
  }

  @Test
  void isNeverOlderThanWhatWasTold() {
    assertThat(rooms.get("/api/rooms/told").statusCode()).isEqualTo(404);
    try (var follower = rooms.live().follow("series: \"room.told.#\"")) {
      for (int i = 0; i < 50; i++) {
        rooms.tell(now("room.told." + i % 3 + ".temperature", i));
        LiveApi.value(follower);
        var room = rooms.json("/api/rooms/told");
        assertThat(values(room)).contains((double) i);
        assertThat(room.getInteger("count")).isEqualTo(i + 1);
        assertThat(rooms.json("/api/rooms/told/temperature/average").getInteger("count"))
            .isEqualTo(i + 1);
      }
    }
    await()
        .untilAsserted(
            () ->
                assertThat(rooms.other().get("/api/rooms/told").body())
                    .isEqualTo(rooms.get("/api/rooms/told").body()));
    assertThat(tag(rooms.other().get("/api/rooms/told")))
        .isEqualTo(tag(rooms.get("/api/rooms/told")));
  }

  private static List<Double> values(JsonObject room) {
    return room.getJsonArray("current").stream()
        .map(one -> ((JsonObject) one).getDouble("value"))
        .toList();
  }

  @Test
  void keepsTheLatestWhateverTheOrder() {
    rooms.tell(past("room.late.1.temperature", 10, 1));
    await()
        .untilAsserted(
            () -> assertThat(values(rooms.json("/api/rooms/late"))).containsExactly(1.0));
    rooms.tell(past("room.late.1.temperature", 5, 2), past("room.late.2.temperature", 5, 3));
    await()
        .untilAsserted(
            () -> assertThat(values(rooms.json("/api/rooms/late"))).containsExactly(1.0, 3.0));
  }

  @Test
  void findsRoomsThatAppear() {
    var path = "/api/buildings/new/rooms?first=2";
    assertThat(rooms.get("/api/buildings/new/rooms/b").statusCode()).isEqualTo(404);
    assertThat(names(rooms.json(path), "rooms", "room")).isEmpty();
    rooms.tell(now("building.new.room.b.1.temperature", 1));
    await().untilAsserted(() -> assertThat(names(rooms.json(path), "rooms", "room")).contains("b"));
    rooms.tell(
        now("building.new.room.b.2.temperature", 1), now("building.new.room.a.1.temperature", 3));
    await()
        .untilAsserted(
            () -> assertThat(names(rooms.json(path), "rooms", "room")).containsExactly("a", "b"));
    var found = rooms.json(path).getJsonArray("rooms");
    assertThat(found.getJsonObject(0).getDouble("average")).isEqualTo(3);
    assertThat(found.getJsonObject(1).getInteger("sensors")).isEqualTo(2);
    assertThat(names(rooms.json("/api/buildings?first=100"), "buildings", "building"))
        .contains("new");
    assertThat(rooms.json("/api/buildings/new/rooms/b").getInteger("sensors")).isEqualTo(2);
  }

  @Test
  void answersFromTheDatabaseWhileItMayHaveMissedSomething() {
    assertThat(rooms.get("/api/rooms/hole").statusCode()).isEqualTo(404);
    rooms.live().stored().lose(now("room.hole.1.temperature", 7));
    rooms.live().stored().leaveHole();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(values(rooms.json("/api/rooms/hole"))).containsExactly(7.0));
  }
}
