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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"value\":21.5,\"timestamp\":\"2026-11-21T02:41:48.123456Z\"}",
        "{\"value\":21.5,\"time\":null,\"timestamp\":\"2026-11-21T02:41:48.123456Z\"}",
        "{\"time\":\"2026-11-21T03:41:48.123456+01:00\",\"value\":21.5,"
            + "\"timestamp\":\"2026-11-21T02:41:48.1234569Z\"}"
      })
  void takesBothNamesOfATime(String body) {
    assertThat(readings(body)).containsExactly(new Reading("room.1", GIVEN, 21.5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"ts\":1",
        "\"Time\":\"x\"",
        "\"TIMESTAMP\":1",
        "\"timeStamp\":1",
        "\"time_stamp\":1",
        "\"date-time\":\"x\"",
        "\"datetime\":\"2026-01-01\"",
        "\"dateTime\":\"2026-01-01\"",
        "\"date\":\"2026-01-01\"",
        "\"@timestamp\":\"2026-01-01T00:00:00Z\"",
        "\"timestamp_ms\":1767225600000",
        "\"timestampMillis\":1767225600000",
        "\"ts_utc\":1",
        "\"unixTime\":1767225600",
        "\"time_s\":1767225600",
        "\"created_at\":\"2026-01-01T00:00:00Z\"",
        "\"createdAt\":1767225600123",
        "\"measured_at\":\"2026-01-01 00:00\"",
        "\"recordedat\":\"2026-01-01T00:00:00Z\"",
        "\"eventTime\":\"2026-01-01T00:00:00Z\"",
        "\"sampletime\":\"2026-01-01T00:00:00Z\"",
        "\"epoch\":1767225600",
        "\"epoch_ms\":1767225600123",
        "\"t\":\"2026-01-01T00:00:00Z\"",
        "\"when\":\"2026-01-01T00:00:00Z\"",
        "\"utc\":\"2026-01-01T00:00:00Z\"",
        "\"ts\":1,\"time\":\"2026-11-21T02:41:48.123456Z\""
      })
  void refusesWhatOnlyLooksLikeATime(String field) {
    assertThatThrownBy(() -> readings("{\"value\":1," + field + "}"))
        .isInstanceOf(MalformedReadingException.class)
        .hasMessageEndingWith(": is not read; a reading's time is in time");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"uptime\":123456789",
        "\"uptime_ms\":1767225600123",
        "\"response_time\":12",
        "\"time_zone\":\"UTC\"",
        "\"timeout\":5",
        "\"t\":21.5",
        "\"measured\":true",
        "\"at\":\"home\"",
        "\"update\":7",
        "\"format\":\"2026-01-01\"",
        "\"status\":\"ok\"",
        "\"ts\":null",
        "\"unit\":\"ms\"",
        "\"\":1",
        "\"@\":1"
      })
  void passesOverFieldsThatDoNotLookLikeATime(String field) {
    assertThat(readings("{\"value\":1," + field + "}")).hasSize(1);
  }

  @Test
  void refusesTwoTimesThatDiffer() {
    assertThatThrownBy(
            () ->
                readings(
                    "{\"value\":1,\"timestamp\":\"2026-11-21T02:41:48Z\","
                        + "\"time\":\"2026-11-21T02:41:48.000001Z\"}"))
        .isInstanceOf(MalformedReadingException.class)
        .hasMessage("time: is another time than timestamp says, which means the same; give one");
  }

  @ParameterizedTest
  @CsvSource({
    "SECONDS, 1767225600, 2026-01-01T00:00:00Z",
    "SECONDS, 1767225600.1234567, 2026-01-01T00:00:00.123456Z",
    "SECONDS, 1.7672256e9, 2026-01-01T00:00:00Z",
    "MILLISECONDS, 1767225600123, 2026-01-01T00:00:00.123Z",
    "MILLISECONDS, 1767225600123.4567, 2026-01-01T00:00:00.123456Z",
    "MICROSECONDS, 1767225600123456, 2026-01-01T00:00:00.123456Z",
    "NANOSECONDS, 1767225600123456789, 2026-01-01T00:00:00.123456Z",
    "SECONDS, 0, 1970-01-01T00:00:00Z",
    "SECONDS, 253402300799, 9999-12-31T23:59:59Z",
    "NANOSECONDS, 253402300799999999999, 9999-12-31T23:59:59.999999Z"
  })
  void takesNumbersForTimesWhereTheirPrecisionIsSaid(
      EpochPrecision precision, String number, Instant time) {
    assertThat(item(precision, number).time()).isEqualTo(time);
    assertThat(item(precision, number).problem()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "SECONDS, -1",
    "SECONDS, 253402300800",
    "SECONDS, 1767225600123456",
    "NANOSECONDS, -0.1",
    "MILLISECONDS, 1e999999999",
    "MILLISECONDS, 1e-999999999",
    "MILLISECONDS, 1e99999999999",
    "MILLISECONDS, '\"1767225600123\"'",
    "MILLISECONDS, true"
  })
  void refusesNumbersThatAreNoTimes(EpochPrecision precision, String number) {
    assertThat(item(precision, number).problem()).startsWith("time: ");
    assertThat(item(precision, number).field()).isEqualTo("time");
  }

  private static ReadingJson.Item item(EpochPrecision precision, String number) {
    var body = "{\"value\":1,\"time\":" + number + "}";
    return ReadingJson.items(body.getBytes(UTF_8), 1, precision, "").get(0);
  }

  @Test
  void saysWhatABodyIsThatIsNoText() {
    var gzip = new byte[] {0x1f, (byte) 0x8b, 8, 0, 0};
    assertThatThrownBy(() -> ReadingJson.readings("room.1", gzip, DEFAULT, 10))
        .hasMessage("body: is compressed with gzip, and its content encoding does not say so");
    var latin = new byte[] {'"', (byte) 0xe4, '"'};
    assertThatThrownBy(() -> ReadingJson.readings("room.1", latin, DEFAULT, 10))
        .hasMessage("body: is not JSON: it is not of UTF-8");
  }

  /** Its hints are of no use to a sender: feature names, class names, switches. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "INF",
        "-INF",
        "+Infinity",
        "'a'",
        "{a:1}",
        "[1,]",
        "// x",
        "/* x */1",
        "#",
        "0x1",
        "01",
        "-",
        "1e",
        "\"\t\"",
        "\"\\x\"",
        "{\"value\":1,}",
        "[,1]",
        "tru",
        "1 1",
        "{\"a\" 1}"
      })
  void neverTellsOfTheParsersSwitches(String body) {
    assertThatThrownBy(() -> readings(body))
        .isInstanceOf(MalformedReadingException.class)
        .extracting(Throwable::getMessage)
        .asString()
        .startsWith("body: ")
        .doesNotContainIgnoringCase("feature")
        .doesNotContain("ALLOW", "enable", "Source", "com.");
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
        "NaN | body: is not JSON, which has no NaN; a value must be finite",
        "[1,-Infinity] | body: is not JSON, which has no -Infinity",
        "{\"value\":Infinity} | body: is not JSON, which has no Infinity",
        "{'value':1} | body: is not JSON: it cannot be read from line 1, column 2 on",
        ".5 | body: is not JSON: it cannot be read from line 1, column",
        "+1 | body: is not JSON: it cannot be read from line 1, column",
        "undefined | body: is not JSON: it cannot be read from line 1, column",
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
        "{\"value\":1,\"value\":2} | value: is given twice",
        "{\"value\":1,\"time\":null,\"time\":null} | time: is given twice",
        "{\"value\":1,\"x\":2,\"y\":2,\"x\":2} | x: is given twice",
        "{\"value\":1,\"timestamp\":5} | timestamp: must be a string, is 5",
        "{\"value\":1,\"timestamp\":[5]} | timestamp: must be a string, is an array",
        "{\"value\":1,\"time\":{}} | time: must be a string, is an object",
        "{\"value\":1,\"timestamp\":\"noon\"} | timestamp: must be RFC 3339",
        "{\"value\":1,\"timestamp\":\"1969-12-31T23:59:59Z\"} | timestamp: must not be before 1970",
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
