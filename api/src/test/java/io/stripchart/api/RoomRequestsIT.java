package io.stripchart.api;

import static io.stripchart.api.RoomsApi.names;
import static io.stripchart.api.RoomsApi.tag;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Invalid requests and their responses. */
@Timeout(180)
class RoomRequestsIT {
  @RegisterExtension static final RoomsApi rooms = RoomsApi.create();

  @Test
  void refusesAPageOfMoreSeriesThanMayBe() {
    rooms
        .live()
        .database()
        .execute("insert into series (name) values ('building.big.room.1.7.temperature')");
    rooms
        .live()
        .database()
        .execute(
            "insert into series (name) select 'building.big.room.2.' || i || '.a' from"
                + " generate_series(1, 100000) as i");
    var page = rooms.json("/api/buildings/big/rooms?first=1");
    assertThat(names(page, "rooms", "room")).containsExactly("1");
    assertThat(page.getString("next")).isEqualTo("rooms?first=1&after=1");
    var settings =
        new ApiSettings(0, "satellite.temperature", Duration.ofSeconds(60), 100, Set.of());
    // However busy the machine is: so many names are read before they are refused.
    try (var patient =
        new RunningApi(settings, rooms.live().broker().uri(), rooms.live().database().uri())) {
      assertProblem(
          patient.get("/api/buildings/big/rooms"),
          422,
          "too-much",
          null,
          "more than 100000 series");
    }
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
    assertProblem(rooms.get(path), 404, "unknown-room", "room", "nothing was ever stored of");
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
    assertProblem(rooms.get(path), 400, "bad-parameter", parameter, detail);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/rooms?x=1", "/api/rooms/10?x=1", "/temperature/average?x=1"})
  void namesParametersThatThereAreNot(String path) {
    assertProblem(rooms.get(path), 400, "unknown-parameter", "x", "x: there are");
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
    assertProblem(rooms.get(path), 404, "unknown-path", null, "there are /api/rooms");
  }

  @Test
  void takesOnlyGetAndHeadAndGivesOnlyJson() {
    var post =
        rooms
            .api()
            .send(
                HttpRequest.newBuilder(rooms.api().uri("/api/rooms"))
                    .POST(BodyPublishers.ofString("")));
    assertProblem(post, 405, "method-not-allowed", null, "must be GET or HEAD");
    var csv = rooms.get("/api/rooms/10", "accept", "text/csv");
    assertProblem(csv, 406, "not-acceptable", null, "offered types are application/json");
    var head =
        rooms
            .api()
            .send(
                HttpRequest.newBuilder(rooms.api().uri("/api/rooms/10"))
                    .method("HEAD", BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(tag(head)).isEqualTo(tag(rooms.get("/api/rooms/10")));
  }
}
