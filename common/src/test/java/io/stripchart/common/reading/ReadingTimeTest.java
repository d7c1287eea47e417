package io.stripchart.common.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class ReadingTimeTest {
  @ParameterizedTest
  @CsvSource({
    "2026-11-21T02:41:48.123456Z, 2026-11-21T02:41:48.123456Z",
    "2026-11-21T03:41:48.123456+01:00, 2026-11-21T02:41:48.123456Z",
    "2026-11-21T02:41:48.123456789Z, 2026-11-21T02:41:48.123456Z",
    "2026-11-21T02:41:48Z, 2026-11-21T02:41:48Z",
    "1970-01-01T00:00:00Z, 1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z, 9999-12-31T23:59:59.999999Z"
  })
  void readsRfc3339(String text, Instant time) {
    assertThat(ReadingTime.parse(text)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2026-11-21",
        "2026-11-21T02:41:48",
        "2026-11-21 02:41:48Z",
        "2026-13-21T02:41:48Z",
        "2026-02-30T02:41:48Z",
        "2026-02-30T02:41:48.123456Z",
        "2026-11-21T24:00:00.000000Z",
        "2026-11-21T02:41:60.000000Z",
        "2026-11-21T02:41:48.12345xZ",
        "2026-11-21T02:41:48.+12345Z",
        "1763692908",
        "9999-12-31T23:59:59.999999-01:00",
        "1969-12-31T23:59:59.999999Z"
      })
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> ReadingTime.parse(text))
        .isInstanceOf(MalformedReadingException.class)
        .hasMessageStartingWith("time: ");
  }

  @Test
  void showsOnlyTheBeginningOfWhatIsLong() {
    assertThatThrownBy(() -> ReadingTime.parse("x".repeat(10_000)))
        .extracting(Throwable::getMessage)
        .asString()
        .hasSizeLessThan(200);
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, 1970-01-01T00:00:00.000000Z",
    "2026-11-21T02:41:48.000001Z, 2026-11-21T02:41:48.000001Z",
    "9999-12-31T23:59:59.999999Z, 9999-12-31T23:59:59.999999Z"
  })
  void writesSixDigitsOfASecondAlways(Instant time, String text) {
    assertThat(ReadingTime.format(time)).isEqualTo(text);
  }

  @Test
  void readsWhatItWritesAndTextSortsAsTimesDo() {
    var random = new Random(42);
    for (int i = 0; i < 10_000; i++) {
      var one = time(random);
      var other = time(random);
      assertThat(ReadingTime.parse(ReadingTime.format(one))).isEqualTo(one);
      assertThat(Integer.signum(ReadingTime.format(one).compareTo(ReadingTime.format(other))))
          .isEqualTo(one.compareTo(other));
    }
  }

  @Test
  void isMicrosecondsAndBackOverAllTimesThatAReadingMayHave() {
    var random = new Random(42);
    for (int i = 0; i < 10_000; i++) {
      var time = time(random);
      assertThat(ReadingTime.ofMicros(ReadingTime.micros(time))).isEqualTo(time);
    }
    assertThat(ReadingTime.micros(Instant.parse("1970-01-01T00:00:01.000002Z")))
        .isEqualTo(1_000_002);
    assertThat(ReadingTime.micros(Reading.LATEST)).isEqualTo(253_402_300_799_999_999L);
    assertThat(ReadingTime.ofMicros(-1)).isEqualTo(Instant.parse("1969-12-31T23:59:59.999999Z"));
    assertThat(ReadingTime.micros(ReadingTime.ofMicros(-1))).isEqualTo(-1);
  }

  private static Instant time(Random random) {
    long second = random.nextLong(Reading.LATEST.getEpochSecond());
    return Instant.ofEpochSecond(second, random.nextInt(1_000_000) * 1_000L);
  }
}
