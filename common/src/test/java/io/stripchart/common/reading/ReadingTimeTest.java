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
    "2026-11-21t02:41:48z, 2026-11-21T02:41:48Z",
    "2026-11-21 02:41:48Z, 2026-11-21T02:41:48Z",
    "2026-11-21T02:41:48.1Z, 2026-11-21T02:41:48.100Z",
    "2026-11-21T02:41:48.1234567890123456789Z, 2026-11-21T02:41:48.123456Z",
    "2026-11-21T02:41:48.9999999999Z, 2026-11-21T02:41:48.999999Z",
    "2026-11-21T21:11:48+18:30, 2026-11-21T02:41:48Z",
    "2026-11-22T02:40:48+23:59, 2026-11-21T02:41:48Z",
    "2026-11-20T02:42:48-23:59, 2026-11-21T02:41:48Z",
    "2026-11-21T02:41:48-00:00, 2026-11-21T02:41:48Z",
    "2026-11-21T03:41:48+0100, 2026-11-21T02:41:48Z",
    "2016-12-31T23:59:60Z, 2016-12-31T23:59:59.999999Z",
    "2016-12-31T23:59:60.000000Z, 2016-12-31T23:59:59.999999Z",
    "2015-06-30T23:59:60.999Z, 2015-06-30T23:59:59.999999Z",
    "1990-12-31T15:59:60-08:00, 1990-12-31T23:59:59.999999Z",
    "2017-01-01T05:29:60+05:30, 2016-12-31T23:59:59.999999Z",
    "2024-02-29T00:00:00Z, 2024-02-29T00:00:00Z",
    "1969-12-31T23:00:00-01:00, 1970-01-01T00:00:00Z",
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
        "2026-11-21_02:41:48Z",
        "2026-11-21  02:41:48Z",
        " 2026-11-21T02:41:48Z",
        "2026-11-21T02:41:48Z ",
        "2026-11-21T02:41:48+01",
        "2026-11-21T02:41:48 +01:00",
        "2026-11-21T02:41:48+1:00",
        "2026-11-21T02:41:48+24:00",
        "2026-11-21T02:41:48+01:60",
        "2026-11-21T02:41:48+01:00:00",
        "2026-11-21T02:41:48+01:00[Europe/Berlin]",
        "2026-11-21T02:41Z",
        "2026-11-21T02Z",
        "2026-11-21T02:41:48.Z",
        "2026-11-21T02:41:48,5Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T02:60:00Z",
        "2026-11-21T02:41:61Z",
        "2026-11-21T23:59:60Z",
        "2016-12-31T22:59:60Z",
        "2016-12-31T23:59:60+01:00",
        "2023-02-29T00:00:00Z",
        "2026-00-21T02:41:48Z",
        "26-11-21T02:41:48Z",
        "+12026-11-21T02:41:48Z",
        "20261121T024148Z",
        "2026-325T02:41:48Z",
        "٢٠٢٦-11-21T02:41:48Z",
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
