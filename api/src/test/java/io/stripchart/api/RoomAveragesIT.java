package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.reading.Reading;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(180)
class RoomAveragesIT {
  @RegisterExtension static final RoomsApi rooms = RoomsApi.create();

  @Test
  void averagesTheWindowOfAPastTime() {
    assertThat(rooms.json("/api/rooms/10/temperature/average?at=2020-11-17T12:00:01Z"))
        .isEqualTo(
            new JsonObject(
                """
                {"room": "10", "average": 21.0, "count": 2, "from": "2020-11-17T11:45:01.000000Z",
                 "to": "2020-11-17T12:00:01.000000Z"}\
                """));
    assertThat(
            rooms
                .json("/api/rooms/10/humidity/average?at=2020-11-17T12:00:00Z")
                .getDouble("average"))
        .isEqualTo(55);
    assertThat(rooms.json("/temperature/average?room_id=10&at=2020-11-17T12:00:01Z"))
        .isEqualTo(rooms.json("/api/rooms/10/temperature/average?at=2020-11-17T12:00:01Z"));
    var building = "/temperature/average?building_id=B1&room_id=10&at=2020-11-17T12:00:00Z";
    assertThat(rooms.json(building).getDouble("average")).isEqualTo(50);
    assertThat(rooms.json(building))
        .isEqualTo(
            rooms.json("/api/buildings/B1/rooms/10/temperature/average?at=2020-11-17T12:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "2020-11-17T12:00:00Z, PT10S, 1",
    "2020-11-17T11:59:59.999999Z, PT10S, 0",
    "2020-11-17T12:00:09.999999Z, PT10S, 1",
    "2020-11-17T12:00:10Z, PT10S, 0"
  })
  void takesTheEndOfTheWindowAndLeavesItsBegin(String at, String window, int count) {
    var average = rooms.json("/api/rooms/101/temperature/average?at=" + at + "&window=" + window);
    assertThat(average.getInteger("count")).isEqualTo(count);
    assertThat(average.getValue("average")).isEqualTo(count == 0 ? null : 40.0);
  }

  @Test
  void averagesNothingWhereThereIsNothing() {
    for (var path : List.of("/api/rooms/10/light/average", "/api/rooms/10/temperature/average")) {
      var average = rooms.json(path);
      assertThat(average.getValue("average")).isNull();
      assertThat(average.getInteger("count")).isZero();
    }
  }

  @Test
  void averagesAsAScanDoes() {
    var random = new Random(7);
    for (int i = 0; i < 40; i++) {
      var readings = new ArrayList<Reading>();
      for (int n = random.nextInt(1, 30); n > 0; n--) {
        long ago = random.nextInt(4) * 400_000_000L + random.nextInt(300_000_000);
        readings.add(
            new Reading(
                "room.random." + random.nextInt(5) + ".temperature",
                Instant.now().truncatedTo(ChronoUnit.MICROS).minus(ago, ChronoUnit.MICROS),
                random.nextGaussian()));
      }
      rooms.live().stored().tell(readings);
      assertThatItIsAScans("/api/rooms/random/temperature/average?window=PT" + (5 + i) + "M");
      var at = readings.get(0).time();
      assertThatItIsAScans("/api/rooms/random/temperature/average?window=PT7M&at=" + at);
    }
  }

  /** Until it has heard of the last ones, it is of the moment before; then of theirs. */
  private static void assertThatItIsAScans(String path) {
    await()
        .untilAsserted(
            () -> {
              var average = rooms.json(path);
              var scan =
                  rooms
                      .live()
                      .database()
                      .query(
                          """
                          select count(*), avg(value) from reading join series on id = series_id
                          where name like 'room.random.%' and time > ?::timestamptz
                            and time <= ?::timestamptz\
                          """,
                          average.getInstant("from"), average.getInstant("to"))
                      .get(0);
              assertThat(average.getLong("count")).isEqualTo(scan.get(0));
              if (average.getLong("count") > 0) {
                assertThat(average.getDouble("average"))
                    .isCloseTo((Double) scan.get(1), within(1e-9));
              }
            });
  }
}
