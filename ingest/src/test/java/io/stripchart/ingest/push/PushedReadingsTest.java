package io.stripchart.ingest.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stripchart.common.http.Problem;
import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.reading.EpochPrecision;
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
class PushedReadingsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private static final PushForm SERIES = new PushForm.OfSeries("s", null);

  private static List<Reading> read(String body) {
    return read(SERIES, body);
  }

  private static List<Reading> read(PushForm form, String body) {
    var clock = new ArrivalClock(Clock.fixed(NOW, ZoneOffset.UTC));
    return PushedReadings.read(
        form, body.replace('\'', '"').getBytes(UTF_8), clock, AcceptableTimes.DEFAULT, NOW);
  }

  private static Problem refusal(String body) {
    return catchThrowableOfType(PushException.class, () -> read(body)).problem();
  }

  @Test
  void stampsWhatGivesNoTimeInItsOrder() {
    assertThat(read("[1, {'value': 2}, 3]"))
        .containsExactly(
            new Reading("s", NOW, 1),
            new Reading("s", NOW.plusNanos(1_000), 2),
            new Reading("s", NOW.plusNanos(2_000), 3));
    assertThat(read("21.5")).containsExactly(new Reading("s", NOW, 21.5));
    assertThat(read("[]")).isEmpty();
  }

  @Test
  void keepsTheTimeThatIsGiven() {
    assertThat(read("{'value': 1, 'time': '2026-11-21T13:05:00+01:00'}"))
        .containsExactly(new Reading("s", NOW.plusSeconds(300), 1));
    assertThat(read("{'value': 1, 'time': '1970-01-01T00:00:00Z'}")).hasSize(1);
  }

  @Test
  void namesEachBadItem() {
    var problem = refusal("[1, 'x', {'value': null}, {'value': 2, 'time': 'noon'}, 1e999]");
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.detail()).isEqualTo("4 of 5 readings cannot be taken, so none was");
    assertThat(problem.errors()).extracting(Problem.Flaw::index).containsExactly(1, 2, 3, 4);
    assertThat(problem.errors().get(2).pointer()).isEqualTo("#/3/time");
    assertThat(refusal("{'value': 'x'}").errors().get(0).pointer()).isEqualTo("#/value");
  }

  @Test
  void takesTheSameReadingTwiceForOne() {
    var item = "{'value': 1, 'time': '2026-11-21T11:00:00Z'}";
    assertThat(read("[" + item + "," + item + "]")).hasSize(1);
  }

  @Test
  void refusesTwoValuesAtOneTime() {
    var problem =
        refusal(
            "[{'value': 1, 'time': '2026-11-21T11:00:00Z'},"
                + "{'value': 2, 'time': '2026-11-21T12:00:00.0000001+01:00'}]");
    assertThat(problem.errors()).hasSize(1);
    assertThat(problem.errors().get(0).index()).isEqualTo(1);
    assertThat(problem.errors().get(0).detail()).contains("item 0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'value': 1, 'time': '2026-11-21T12:05:00.000001Z'}|more than 5 minutes ahead",
        "{'value': 1, 'time': '1969-12-31T23:59:59.999999Z'}|before 1970",
        "{'value': 1, 'time': '2026-11-21T12:00:00'}|with an offset",
        "{'value': 1, 'time': 1700000000}|must be a string, is 1700000000; or say by ?precision=",
        "{'value': 1, 'ts': 1700000000}|ts: is not read; a reading's time is in time",
        "{'value': 1, 'time': '2026-11-21T12:00:00Z', 'timestamp': '2026-11-21T12:00:01Z'}|another",
        "{'value': 1, 'value': 1}|value: is given twice",
        "{'value': 1, 'a': 1, 'b': 2, 'a': 1}|a: is given twice",
        "{'time': '2026-11-21T12:00:00Z'}|value: is missing",
        "[[1]]|is an array",
        "true|is a boolean",
        "null|is null"
      })
  void saysWhatIsWrongWithAnItem(String body, String detail) {
    assertThat(refusal(body).errors().get(0).detail()).contains(detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|is empty",
        "{|is not JSON",
        "[1,|is not JSON",
        "NaN|is not JSON",
        "1 2|more than one"
      })
  void saysWhatIsWrongWithTheBody(String body, String detail) {
    var problem = refusal(body);
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.detail()).contains(detail);
  }

  @Test
  void pointsAtWhatIsThere() {
    assertThat(refusal("'21.5'").errors().get(0).pointer()).isEqualTo("#");
    assertThat(refusal("[21, 'x']").errors().get(0).pointer()).isEqualTo("#/1");
    assertThat(refusal("[{'value': 1, '@timestamp': 'x'}]").errors().get(0).pointer())
        .isEqualTo("#/0/@timestamp");
    assertThat(refusal("{'value': 1, 'a/b': 1, 'a/b': 1}").errors().get(0).pointer())
        .isEqualTo("#/a~1b");
    var ahead = refusal("{'value': 1, 'timestamp': '2026-11-21T12:06:00Z'}").errors().get(0);
    assertThat(ahead.pointer()).isEqualTo("#/timestamp");
    assertThat(ahead.detail()).startsWith("timestamp: must not be more than 5 minutes ahead");
  }

  @Test
  void takesBothNamesOfATime() {
    var one = new Reading("s", NOW, 1);
    assertThat(read("{'value': 1, 'timestamp': '2026-11-21T13:00:00+01:00'}")).containsExactly(one);
    assertThat(
            read(
                "{'value': 1, 'timestamp': '2026-11-21T13:00:00+01:00',"
                    + " 'time': '2026-11-21T12:00:00Z'}"))
        .containsExactly(one);
  }

  @Test
  void takesNumbersForTimesWhereTheirPrecisionIsSaid() {
    var form = new PushForm.OfSeries("s", EpochPrecision.MILLISECONDS);
    var time = Instant.ofEpochMilli(1_767_225_600_123L);
    assertThat(read(form, "{'value': 1, 'time': 1767225600123}"))
        .containsExactly(new Reading("s", time, 1));
    assertThat(read(form, "{'value': 1, 'time': '2026-01-01T00:00:00.123Z'}"))
        .containsExactly(new Reading("s", time, 1));
  }

  @Test
  void takesTenThousandAndNotOneMore() {
    assertThat(read("[" + "1,".repeat(9_999) + "1]")).hasSize(10_000);
    assertThat(refusal("[" + "1,".repeat(10_000) + "1]").detail()).contains("at most 10000");
  }
}
