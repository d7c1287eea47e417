package io.stripchart.ingest.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stripchart.common.reading.EpochPrecision;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class PushPathTest {
  private static PushForm form(String path) {
    return PushPath.form(path, List.of());
  }

  @Test
  void tellsWhatNumbersCount() {
    assertThat(PushPath.form("/temperature", List.of("us")))
        .isEqualTo(RoomForm.flat(EpochPrecision.MICROSECONDS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "m", "MS", "s,ms", "1"})
  void refusesAnotherPrecision(String precision) {
    refusesPrecision(List.of(precision));
    refusesPrecision(List.of("s", precision));
  }

  private static void refusesPrecision(List<String> given) {
    var problem =
        catchThrowableOfType(PushException.class, () -> PushPath.form("/temperature", given))
            .problem();
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.parameter()).isEqualTo("precision");
  }

  @Test
  void tellsWhatABodyHolds() {
    assertThat(form("/readings/room.1")).isEqualTo(new PushForm.OfSeries("room.1", null));
    assertThat(form("/api/rooms/101/temperature"))
        .isEqualTo(new RoomForm(Spelling.TEMPERATURE, null, "101", "temperature", null));
    assertThat(form("/api/buildings/B%31/rooms/1%301/humidity"))
        .isEqualTo(new RoomForm(Spelling.QUANTITY, "B1", "101", "humidity", null));
    assertThat(form("/temperature")).isEqualTo(RoomForm.flat(null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/readings",
        "/readings/",
        "/temperature/",
        "/temperatures",
        "/api",
        "/api/rooms",
        "/api/rooms/101",
        "/api/rooms/101/temperature/7",
        "/api/buildings/B1/rooms/101",
        "/api/buildings/B1/floors/101/temperature",
        "/rooms/101/temperature",
        "*"
      })
  void saysWhatThereIs(String path) {
    var problem = catchThrowableOfType(PushException.class, () -> form(path)).problem();
    assertThat(problem.kind()).isEqualTo(PushProblem.UNKNOWN_PATH);
    assertThat(problem.detail()).contains("/api/rooms/{room}/{quantity}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/readings/a..b|series|empty word at position 2",
        "/readings/a+b|series|character '+' at position 2",
        "/readings/a%|series|two hexadecimal digits",
        "/api/rooms/1%2001/temperature|room|character ' ' at position 2",
        "/api/rooms/a.b/temperature|room|character '.' at position 2",
        "/api/rooms/a%2Fb/temperature|room|character '/' at position 2",
        "/api/rooms/a%zz/temperature|room|two hexadecimal digits",
        "/api/rooms//temperature|room|must not be empty",
        "/api/rooms/101/|quantity|must not be empty",
        "/api/rooms/101/t*|quantity|character '*' at position 2",
        "/api/buildings/B%C3%A4/rooms/101/temperature|building|character 'ä' at position 2",
        "/api/buildings/B/rooms/%23/temperature|room|character '#' at position 1"
      })
  void saysWhichNameIsWrong(String path, String parameter, String detail) {
    var problem = catchThrowableOfType(PushException.class, () -> form(path)).problem();
    assertThat(problem.kind()).isEqualTo(PushProblem.BAD_PARAMETER);
    assertThat(problem.parameter()).isEqualTo(parameter);
    assertThat(problem.detail()).contains(detail);
  }

  @Test
  void refusesARoomThatLeavesNoPlaceForASensor() {
    var room = "r".repeat(255 - "room..0.temperature".length());
    assertThat(form("/api/rooms/" + room + "/temperature")).isNotNull();
    var path = "/api/rooms/" + room + "r/temperature";
    var problem = catchThrowableOfType(PushException.class, () -> form(path)).problem();
    assertThat(problem.parameter()).isEqualTo("room");
    assertThat(problem.detail()).contains("256 bytes; at most 255");
  }
}
