package io.stripchart.persist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.operations.LogLimit;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.reading.Reading;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class MessageReaderTest {
  private static final Instant NOW = Instant.parse("2026-11-21T02:41:48.123456Z");
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MessageReader reader =
      new MessageReader(
          new ArrivalClock(Clock.fixed(NOW, ZoneOffset.UTC)),
          new PersistMetrics(registry, () -> 0),
          new LogLimit());

  private Received read(String series, byte[] body, Instant timestamp) {
    return read(body, timestamp, Map.of(), false, series);
  }

  private Received read(
      byte[] body, Instant time, Map<String, Object> headers, boolean again, String series) {
    return reader.read(
        reader.arrive(
            new Delivery(this, 1, "stripchart.readings", series, body, time, headers, again)));
  }

  private Received readAgain(String body, Instant timestamp) {
    return read(body.getBytes(UTF_8), timestamp, Map.of(), true, "room.1");
  }

  private double possiblyDoubled() {
    return registry.counter("stripchart.readings.possibly.doubled").count();
  }

  private Received read(String series, String body) {
    return read(series, body.getBytes(UTF_8), null);
  }

  @Test
  void takesTheReadingsOwnTimeFirst() {
    var received =
        read(
            "room.1",
            "{\"value\":1,\"time\":\"2000-01-01T00:00:00Z\"}".getBytes(UTF_8),
            Instant.EPOCH);
    assertThat(received.isMalformed()).isFalse();
    assertThat(received.readings())
        .containsExactly(new Reading("room.1", Instant.parse("2000-01-01T00:00:00Z"), 1));
  }

  @Test
  void takesTheMessagesTimestampNext() {
    assertThat(read("room.1", "1".getBytes(UTF_8), Instant.EPOCH).readings())
        .containsExactly(new Reading("room.1", Instant.EPOCH, 1));
  }

  @Test
  void takesTheBrokersStampBeforeThePublishers() {
    Map<String, Object> headers = Map.of("timestamp_in_ms", 1_763_692_908_123L);
    assertThat(read("1".getBytes(UTF_8), Instant.EPOCH, headers, true, "room.1").readings())
        .containsExactly(new Reading("room.1", Instant.ofEpochMilli(1_763_692_908_123L), 1));
    headers = Map.of("timestamp_in_ms", "soon");
    assertThat(read("1".getBytes(UTF_8), Instant.EPOCH, headers, false, "room.1").readings())
        .containsExactly(new Reading("room.1", Instant.EPOCH, 1));
    assertThat(possiblyDoubled()).isZero();
  }

  @Test
  void countsWhatMayBeStoredTwiceAsNothingGivesItATime() {
    var timed = "{\"value\":2,\"time\":\"2000-01-01T00:00:00Z\"}";
    readAgain("[1," + timed + ",3]", null);
    assertThat(possiblyDoubled()).isEqualTo(2);
    readAgain(timed, null);
    readAgain("1", NOW);
    read("room.1", "1");
    assertThat(possiblyDoubled()).isEqualTo(2);
  }

  @Test
  void stampsTheArrivalAndNotTheReading() {
    var first = reader.arrive(delivery("[1,2,3]"));
    var second = reader.arrive(delivery("4"));
    assertThat(reader.read(second).readings().get(0).time()).isEqualTo(NOW.plusNanos(3_000));
    assertThat(reader.read(first).readings().get(2).time()).isEqualTo(NOW.plusNanos(2_000));
  }

  private Delivery delivery(String body) {
    return new Delivery(this, 1, "x", "room.1", body.getBytes(UTF_8), null, Map.of(), false);
  }

  @Test
  void takesTheArrivalLastAndNeverTheSameTwice() {
    assertThat(read("room.1", "[1,2,3]").readings())
        .extracting(Reading::time)
        .containsExactly(NOW, NOW.plusNanos(1_000), NOW.plusNanos(2_000));
    assertThat(read("room.1", "4").readings())
        .extracting(Reading::time)
        .containsExactly(NOW.plusNanos(3_000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "room.1 | {} | value: is missing",
        "room.1 | x | body: is not JSON",
        "room..1 | 1 | empty word at position 2",
        "'' | 1 | series: must not be empty",
        "room.1 | [1,null] | [1].value: must be a number"
      })
  void tellsWhatIsWrong(String series, String body, String problem) {
    var received = read(series, body);
    assertThat(received.isMalformed()).isTrue();
    assertThat(received.problem()).contains(problem);
    assertThat(received.readings()).isEmpty();
    assertThat(received.weight()).isEqualTo(1);
  }

  @Test
  void aBadSeriesIsToldAlsoWhereThereIsNoReading() {
    assertThat(read("room..1", "[]").problem()).contains("empty word");
    assertThat(read("room.1", "[]").isMalformed()).isFalse();
  }

  @Test
  void takesBodiesUpToTheirLimits() {
    var many = "1,".repeat(MessageReader.MAX_READINGS - 1);
    assertThat(read("room.1", "[" + many + "1]").weight()).isEqualTo(MessageReader.MAX_READINGS);
    assertThat(read("room.1", "[" + many + "1,1]").problem())
        .contains("at most 10000 readings at once");
    var blank = " ".repeat(MessageReader.MAX_BYTES - 1);
    assertThat(read("room.1", blank + "1").isMalformed()).isFalse();
    assertThat(read("room.1", blank + " 1").problem()).contains("at most 1048576 bytes");
  }

  @Test
  void refusesATimestampThatNoReadingHas() {
    assertThat(read("room.1", "1".getBytes(UTF_8), Instant.ofEpochSecond(-1)).problem())
        .contains("before 1970");
    assertThat(read("room.1", "1".getBytes(UTF_8), Instant.MAX).problem()).contains("time");
  }
}
