package io.stripchart.common.reading;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class ReadingJsonTest {
  private static final Instant DEFAULT = Instant.parse("2026-11-21T02:41:48Z");
  private static final Instant GIVEN = Instant.parse("2026-11-21T02:41:48.123456Z");

  private static List<Reading> readings(String body) {
    return ReadingJson.readings("room.1", body.getBytes(UTF_8), DEFAULT, 10);
  }

  @ParameterizedTest
  @CsvSource({"21.5, 21.5", "0, 0", "-1e-3, -0.001", "' 7 ', 7", "1E2, 100", "-0, 0"})
  void takesABareNumber(String body, double value) {
    assertThat(readings(body).get(0).value()).isEqualTo(value + 0.0);
    assertThat(readings(body).get(0).time()).isEqualTo(DEFAULT);
  }

  @Test
  void takesAnObject() {
    assertThat(readings("{\"value\":21.5,\"time\":\"2026-11-21T03:41:48.123456+01:00\"}"))
        .containsExactly(new Reading("room.1", GIVEN, 21.5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"value\":21.5}",
        "{\"value\":21.5,\"time\":null}",
        "{\"unit\":{\"a\":[1,{\"value\":3}]},\"value\":21.5,\"more\":[[]]}"
      })
  void passesOverWhatIsMissingOrUnknown(String body) {
    assertThat(readings(body)).containsExactly(new Reading("room.1", DEFAULT, 21.5));
  }

  @Test
  void givesItemsWithoutATimeOneMicrosecondEach() {
    assertThat(readings("[1,{\"value\":2,\"time\":\"2026-11-21T02:41:48.123456Z\"},{\"value\":3}]"))
        .containsExactly(
            new Reading("room.1", DEFAULT, 1),
            new Reading("room.1", GIVEN, 2),
            new Reading("room.1", DEFAULT.plusNanos(2_000), 3));
  }

  @Test
  void takesAnEmptyArrayForNoReading() {
    assertThat(readings("[]")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | body: is empty",
        "{ | body: is not JSON",
        "NaN | body: is not JSON",
        "1 2 | body: holds more than one JSON value",
        "[1,2 | body: is not JSON",
        "[1,] | body: is not JSON",
        "{\"value\":1 | body: is not JSON",
        "01 | body: is not JSON",
        "\"21.5\" | value: must be a number, is a string",
        "null | value: must be a number, is null",
        "true | value: must be a number, is a boolean",
        "{} | value: is missing",
        "{\"value\":null} | value: must be a number, is null",
        "{\"value\":\"1\"} | value: must be a number, is a string",
        "{\"value\":[1]} | value: must be a number, is an array",
        "{\"value\":{}} | value: must be a number, is an object",
        "1e999 | value: must be finite",
        "{\"value\":-1e999} | value: must be finite",
        "{\"value\":1,\"time\":5} | time: must be a string",
        "{\"value\":1,\"time\":\"yesterday\"} | time: must be RFC 3339",
        "{\"value\":1,\"time\":\"2026-11-21T02:41:48\"} | time: must be RFC 3339",
        "{\"value\":1,\"time\":\"1969-12-31T23:59:59Z\"} | time: must not be before 1970",
        "[1,\"2\"] | [1].value: must be a number, is a string",
        "[[1],2] | [0].value: must be a number or an object, is an array",
        "[1,2,3,4,5,6,7,8,9,10,11] | body: at most 10 readings at once"
      })
  void refusesWhatIsNoReading(String body, String what) {
    assertThatThrownBy(() -> readings(body))
        .isInstanceOf(MalformedReadingException.class)
        .hasMessageContaining(what);
  }

  @Test
  void refusesBytesThatAreNoText() {
    var bytes = new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1};
    assertThatThrownBy(() -> ReadingJson.readings("room.1", bytes, DEFAULT, 10))
        .isInstanceOf(MalformedReadingException.class);
  }

  @Test
  void refusesWhatIsNestedTooDeeply() {
    assertThatThrownBy(() -> readings("{\"a\":" + "[".repeat(100_000)))
        .isInstanceOf(MalformedReadingException.class);
  }

  @Test
  void refusesANumberOfTooManyDigits() {
    assertThatThrownBy(() -> readings("1".repeat(100_000)))
        .isInstanceOf(MalformedReadingException.class);
  }

  @Test
  void tellsEachBadItemAndReadsOn() {
    var items = ReadingJson.items("[1,\"x\",{\"value\":3},{}]".getBytes(UTF_8), 10);
    assertThat(items).hasSize(4);
    assertThat(items.stream().map(item -> item.problem() == null))
        .containsExactly(true, false, true, false);
    assertThat(items.get(2).value()).isEqualTo(3);
  }

  @Test
  void readsSeveralInTheOrderInWhichItWritesThem() {
    var several =
        List.of(
            new Reading("room.1", GIVEN, -2.2250738585072014E-308),
            new Reading("room.1", DEFAULT, 0),
            new Reading("room.1", Reading.LATEST, 1e300));
    var body = ReadingJson.encode(several);
    assertThat(ReadingJson.readings("room.1", body, DEFAULT, 3)).isEqualTo(several);
    assertThat(ReadingJson.encode(several.subList(0, 1)))
        .isEqualTo(ReadingJson.encode(GIVEN, -2.2250738585072014E-308));
  }

  @Test
  void readsWhatItWrites() {
    var body = ReadingJson.encode(GIVEN, 21.37);
    assertThat(new String(body, UTF_8))
        .isEqualTo("{\"value\":21.37,\"time\":\"2026-11-21T02:41:48.123456Z\"}");
    assertThat(ReadingJson.readings("room.1", body, DEFAULT, 1))
        .containsExactly(new Reading("room.1", GIVEN, 21.37));
  }
}
