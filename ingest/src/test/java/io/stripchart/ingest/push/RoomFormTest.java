package io.stripchart.ingest.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.stripchart.common.http.Problem;
import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.reading.Reading;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class RoomFormTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Instant EARLIER = Instant.parse("2026-11-21T11:00:00Z");
  private static final PushForm TEMPERATURE = RoomForm.of(null, "101", "temperature", null);

  private static final PushForm FLAT = RoomForm.flat(null);

  private static List<Reading> read(PushForm form, String body) {
    var clock = new ArrivalClock(Clock.fixed(NOW, ZoneOffset.UTC));
    return PushedReadings.read(
        form, body.replace('\'', '"').getBytes(UTF_8), clock, AcceptableTimes.DEFAULT, NOW);
  }

  private static Problem refusal(PushForm form, String body) {
    return catchThrowableOfType(PushException.class, () -> read(form, body)).problem();
  }

  private static Problem.Flaw flaw(PushForm form, String body) {
    var errors = refusal(form, body).errors();
    assertThat(errors).hasSize(1);
    return errors.get(0);
  }

  @Test
  void namesTheSeriesOfARoomsSensor() {
    assertThat(
            read(
                TEMPERATURE,
                "{'sensor': '7', 'temperature': 21.5, 'time': '2026-11-21T11:00:00Z'}"))
        .containsExactly(new Reading("room.101.7.temperature", EARLIER, 21.5));
    assertThat(read(RoomForm.of("B1", "101", "humidity", null), "{'sensor': 12, 'value': 55}"))
        .containsExactly(new Reading("building.B1.room.101.12.humidity", NOW, 55));
  }

  @Test
  void takesWhatIsNotGivenForTheFirstSensorNow() {
    var now = new Reading("room.101.0.temperature", NOW, 21.5);
    assertThat(read(TEMPERATURE, "{'value': 21.5}")).containsExactly(now);
    assertThat(read(TEMPERATURE, "{'temperature': 21.5, 'sensor': null, 'time': null}"))
        .containsExactly(now);
  }

  @Test
  void takesTheSecondSpelling() {
    assertThat(
            read(
                FLAT,
                "[{'building_id': 'B1', 'room_id': '101', 'temperature': 22.5,"
                    + " 'timestamp': '2026-11-21T12:00:00+01:00'},"
                    + "{'room_id': 101, 'sensor_id': 7, 'temperature': -3}]"))
        .containsExactly(
            new Reading("building.B1.room.101.0.temperature", EARLIER, 22.5),
            new Reading("room.101.7.temperature", NOW, -3));
  }

  @Test
  void takesBothNamesOfATime() {
    var time = "'2026-11-21T12:00:00+01:00'}";
    assertThat(read(TEMPERATURE, "{'value': 1, 'timestamp': " + time))
        .containsExactly(new Reading("room.101.0.temperature", EARLIER, 1));
    assertThat(read(FLAT, "{'room_id': 101, 'temperature': 1, 'time': " + time))
        .containsExactly(new Reading("room.101.0.temperature", EARLIER, 1));
  }

  @Test
  void takesManyOfSeveralSensorsAndPassesOverOtherFields() {
    assertThat(
            read(
                TEMPERATURE,
                "[{'value': 1, 'sensor': 'a', 'unit': {'name': ['°C']}}, {'value': 2, 'sensor': 'b'},"
                    + "{'x': [[1], {}], 'value': 3, 'sensor': 'a'}]"))
        .extracting(Reading::series, Reading::value)
        .containsExactly(
            tuple("room.101.a.temperature", 1.0),
            tuple("room.101.b.temperature", 2.0),
            tuple("room.101.a.temperature", 3.0));
  }

  @Test
  void tellsSensorsApartThatMeasureAtOneTime() {
    var body =
        "[{'sensor': 'a', 'value': 1, 'time': '2026-11-21T11:00:00Z'},"
            + "{'sensor': 'b', 'value': 2, 'time': '2026-11-21T11:00:00Z'},"
            + "{'sensor': 'a', 'value': 1, 'time': '2026-11-21T11:00:00Z'}]";
    assertThat(read(TEMPERATURE, body)).hasSize(2);
  }

  @Test
  void refusesTwoValuesOfASensorAtOneTime() {
    var body =
        "[{'sensor': 'a', 'value': 1, 'time': '2026-11-21T11:00:00Z'},"
            + "{'sensor': 'a', 'value': 2, 'time': '2026-11-21T11:00:00Z'}]";
    var flaw = flaw(TEMPERATURE, body);
    assertThat(flaw.pointer()).isEqualTo("#/1/time");
    assertThat(flaw.detail()).contains("item 0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "21.5|#|must be an object, is 21.5",
        "[[1]]|#/0|must be an object, is an array",
        "{}|#/temperature|temperature: is missing",
        "{'temperature': '21'}|#/temperature|must be a number, is a string",
        "{'temperature': null}|#/temperature|must be a number, is null",
        "{'value': true}|#/value|must be a number, is a boolean",
        "{'value': 1e999}|#/value|must be finite",
        "{'value': 1, 'temperature': 1}|#/temperature|stands beside value",
        "{'value': 1, 'time': 5}|#/time|must be a string, is 5; or say by ?precision=",
        "{'value': 1, 'ts': 5}|#/ts|ts: is not read; a reading's time is in time",
        "{'value': 1, 'createdAt': '2026-01-01'}|#/createdAt|a reading's time is in time",
        "{'value': 1, 'timestamp': '2026-11-21T12:06:00Z'}|#/timestamp|timestamp: must not be more",
        "{'value': 1, 'sensor': 'a', 'sensor': 'a'}|#/sensor|sensor: is given twice",
        "{'value': 1, 'time': 'noon'}|#/time|with an offset",
        "{'value': 1, 'time': '2026-11-21T12:06:00Z'}|#/time|more than 5 minutes ahead",
        "{'value': 1, 'time': '1969-12-31T23:59:59Z'}|#/time|before 1970",
        "{'value': 1, 'sensor': 'a b'}|#/sensor|character ' ' at position 2",
        "{'value': 1, 'sensor': 'a.b'}|#/sensor|character '.' at position 2",
        "{'value': 1, 'sensor': 'a\\nb'}|#/sensor|at position 2",
        "{'value': 1, 'sensor': ''}|#/sensor|must not be empty",
        "{'value': 1, 'sensor': 1.5}|#/sensor|a string or a whole number, is 1.5",
        "{'value': 1, 'sensor': {'id': 7}}|#/sensor|a string or a whole number, is an object"
      })
  void saysWhatIsWrongWithAnItem(String body, String pointer, String detail) {
    var flaw = flaw(TEMPERATURE, body);
    assertThat(flaw.pointer()).isEqualTo(pointer);
    assertThat(flaw.detail()).contains(detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'temperature': 1}|#/room_id|is missing",
        "{'temperature': 1, 'room_id': null}|#/room_id|is missing",
        "{'room_id': 'ä', 'temperature': 1}|#/room_id|character 'ä' at position 1",
        "{'room_id': 1, 'building_id': 'x#', 'temperature': 1}|#/building_id|character '#' at position 2",
        "{'room_id': 1, 'value': 1}|#/temperature|is missing",
        "{'room_id': 1, 'temperature': 1, 'date': 1}|#/date|a reading's time is in timestamp",
        "{'room_id': 1, 'temperature': 1, 'time': 'x'}|#/time|time: must be RFC 3339",
        "{'room_id': 1, 'temperature': 1, 'timestamp': 'x'}|#/timestamp|timestamp: must be RFC 3339",
        "{'room_id': 1, 'temperature': 1, 'timestamp': '1969-01-01T00:00:00Z'}|#/timestamp|before 1970",
        "{'room_id': 1, 'temperature': 1, 'timestamp': '2027-01-01T00:00:00Z'}|#/timestamp|timestamp: must not be more"
      })
  void namesFieldsAsTheSecondSpellingDoes(String body, String pointer, String detail) {
    var flaw = flaw(FLAT, body);
    assertThat(flaw.pointer()).isEqualTo(pointer);
    assertThat(flaw.detail()).contains(detail);
  }

  @Test
  void namesEachBadItemAndTakesNone() {
    var problem = refusal(TEMPERATURE, "[{'value': 1}, 2, {'value': 'x'}]");
    assertThat(problem.kind()).isEqualTo(PushProblem.BAD_READINGS);
    assertThat(problem.detail()).isEqualTo("2 of 3 readings cannot be taken, so none was");
    assertThat(problem.errors())
        .extracting(Problem.Flaw::pointer)
        .containsExactly("#/1", "#/2/value");
  }

  @Test
  void refusesASeriesWhoseNameIsTooLong() {
    var sensor = "s".repeat(255 - "room.101..temperature".length());
    assertThat(read(TEMPERATURE, "{'value': 1, 'sensor': '" + sensor + "'}")).hasSize(1);
    var flaw = flaw(TEMPERATURE, "{'value': 1, 'sensor': '" + sensor + "s'}");
    assertThat(flaw.pointer()).isEqualTo("#/sensor");
    assertThat(flaw.detail()).contains("256 bytes; at most 255");
    assertThat(flaw(FLAT, "{'temperature': 1, 'room_id': '" + "r".repeat(250) + "'}").pointer())
        .isEqualTo("#/room_id");
  }

  @Test
  void refusesABodyThatIsNoJson() {
    assertThat(refusal(TEMPERATURE, "{'value': 1").kind()).isEqualTo(PushProblem.BAD_BODY);
    assertThat(refusal(TEMPERATURE, "").detail()).contains("is empty");
    assertThat(refusal(TEMPERATURE, "[" + "{},".repeat(10_000) + "{}]").detail())
        .contains("at most 10000");
  }
}
