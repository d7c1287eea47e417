package io.stripchart.persist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.operations.LogLimit;
import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.StampShare;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class MessageReaderTest {
  private static final Instant NOW = Instant.parse("2026-11-21T02:41:48.123456Z");
  private Instant now = NOW;
  private final ArrivalClock arrivals = new ArrivalClock(Clock.systemUTC());
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MessageReader reader =
      new MessageReader(
          () -> now,
          arrivals,
          new AcceptableTimes(Duration.ofDays(100_000 / 3), Duration.ofMinutes(5)),
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
    assertThat(read("1".getBytes(UTF_8), Instant.EPOCH, headers, false, "room.1").problem())
        .isEqualTo("timestamp_in_ms: must be a number of milliseconds since 1970");
    var timed = "{\"value\":1,\"timestamp\":\"2000-01-01T00:00:00Z\"}".getBytes(UTF_8);
    assertThat(read(timed, Instant.EPOCH, headers, false, "room.1").isMalformed()).isFalse();
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
    now = NOW.plusSeconds(1);
    var second = reader.arrive(delivery("4"));
    now = NOW.plusSeconds(60);
    assertThat(reader.read(first).readings().get(2).time()).isEqualTo(NOW.plusNanos(2_000));
    assertThat(reader.read(second).readings().get(0).time()).isEqualTo(NOW.plusSeconds(1));
  }

  @Test
  void stampsWithTheTimesOfItsShareAlone() {
    arrivals.use(new StampShare(7, 0, Long.MAX_VALUE));
    var times = read("room.1", "[1,2]").readings().stream().map(Reading::time).toList();
    var first = Instant.parse("2026-11-21T02:41:48.123467Z");
    assertThat(times).containsExactly(first, first.plusNanos(20_000));
    // Its dead letter, published again, has the same times.
    var dead = read("room.1", "[3,4]");
    var again =
        properties().headers(Map.of("x-stripchart-arrived", dead.arrived().toString())).build();
    assertThat(read("[3,4]", again).readings()).isEqualTo(dead.readings());
    var malformed = read("room..1", "[5,6,7]");
    assertThat(malformed.arrived()).isEqualTo(first.plusNanos(80_000));
    assertThat(read("room.1", "8").readings().get(0).time()).isEqualTo(first.plusNanos(140_000));
  }

  @Test
  void manyMalformedMessagesBringStampsHardlyAheadOfTheClock() {
    arrivals.use(new StampShare(7, 0, Long.MAX_VALUE));
    var gzip = properties().contentEncoding("gzip").build();
    for (int i = 0; i < 100; i++)
      assertThat(read("x".getBytes(UTF_8), gzip).isMalformed()).isTrue();
    assertThat(read("room.1", "1").readings().get(0).time()).isBefore(NOW.plusSeconds(2));
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

  private Received read(String body, AMQP.BasicProperties properties) {
    return read(body.getBytes(UTF_8), properties);
  }

  private Received read(byte[] body, AMQP.BasicProperties properties) {
    return reader.read(
        reader.arrive(
            new Delivery(this, 1, "stripchart.readings", "room.1", body, properties, false)));
  }

  private static AMQP.BasicProperties.Builder properties() {
    return new AMQP.BasicProperties.Builder();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-11-21T02:46:48.123457Z | must not be more than 5 minutes ahead",
        "9999-12-31T23:59:58Z | must not be more than 5 minutes ahead",
        "1935-01-01T00:00:00Z | must not be before 1970"
      })
  void refusesTimesOutsideOfTheWindowWhereverTheyStand(String time, String problem) {
    var timed = "{\"value\":1,\"timestamp\":\"" + time + "\"}";
    assertThat(read(timed, properties().build()).problem())
        .startsWith("timestamp: ")
        .contains(problem);
    assertThat(read("[1," + timed + "]", properties().build()).problem())
        .startsWith("[1].timestamp: ");
    var instant = Instant.parse(time).plusSeconds(1);
    var property = properties().timestamp(Date.from(instant)).build();
    assertThat(read("1", property).problem()).startsWith("timestamp property: ").contains(problem);
    var header = properties().headers(Map.of("timestamp_in_ms", instant.toEpochMilli())).build();
    assertThat(read("1", header).problem()).startsWith("timestamp_in_ms: ").contains(problem);
  }

  @Test
  void refusesWhatIsTooLongAgo() {
    var short_ =
        new MessageReader(
            () -> now,
            arrivals,
            new AcceptableTimes(Duration.ofHours(1), Duration.ofMinutes(5)),
            new PersistMetrics(new SimpleMeterRegistry(), () -> 0),
            new LogLimit());
    var body = "{\"value\":1,\"time\":\"2026-11-21T01:41:48.123455Z\"}".getBytes(UTF_8);
    var theirs = new Delivery(this, 1, "x", "room.1", body, properties().build(), false);
    assertThat(short_.read(short_.arrive(theirs)).problem())
        .contains("must not be more than 1 hour ago");
  }

  /** Accepted means kept: ingest has checked them, however long ago. */
  @Test
  void takesFromOurOwnPublishersWhatTheyAccepted() {
    var ours = properties().appId("stripchart ingest push").build();
    assertThat(read("{\"value\":1,\"time\":\"2027-01-01T00:00:00Z\"}", ours).isMalformed())
        .isFalse();
    var others = properties().appId("stripcharts").build();
    assertThat(read("{\"value\":1,\"time\":\"2027-01-01T00:00:00Z\"}", others).isMalformed())
        .isTrue();
  }

  @Test
  void keepsTheArrivalOfWhatWasADeadLetter() {
    var first = Instant.parse("2026-11-20T00:00:00.000001Z");
    var again = properties().headers(Map.of("x-stripchart-arrived", first.toString())).build();
    assertThat(read("[1,2]", again).readings())
        .extracting(Reading::time)
        .containsExactly(first, first.plusNanos(20_000));
    assertThat(read("{\"value\":1,\"time\":\"2026-11-21T02:41:48Z\"}", again).problem())
        .as("judged as of that time")
        .contains("ahead, is 2026-11-21T02:41:48.000000Z and it is 2026-11-20T00:00:00.000001Z");
  }

  @Test
  void decompressesWhatItsContentEncodingSaysIsGzip() throws IOException {
    var gzip = properties().contentEncoding("GZIP").build();
    assertThat(read(gzip("[1,2]"), gzip).readings()).hasSize(2);
    assertThat(read("1", properties().contentEncoding("utf-8").build()).readings()).hasSize(1);
    assertThat(read("21.5", gzip).problem()).contains("is not gzip");
    assertThat(read(Arrays.copyOf(gzip("[1,2]"), 15), gzip).problem()).contains("ends too early");
    assertThat(read(gzip("1"), properties().build()).problem()).contains("compressed with gzip");
    assertThat(read("1", properties().contentEncoding("br").build()).problem())
        .isEqualTo("content_encoding: must be gzip or left out, is br");
    assertThat(read(gzip(" ".repeat(MessageReader.MAX_BYTES) + "1"), gzip).problem())
        .contains("at most 1048576 bytes, has more when it is decompressed");
    assertThat(read(gzip(" ".repeat(MessageReader.MAX_BYTES - 1) + "1"), gzip).isMalformed())
        .isFalse();
  }

  private static byte[] gzip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var stream = new GZIPOutputStream(bytes)) {
      stream.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void refusesATimestampThatNoReadingHas() {
    assertThat(read("room.1", "1".getBytes(UTF_8), Instant.ofEpochSecond(-1)).problem())
        .contains("before 1970");
    assertThat(read("room.1", "1".getBytes(UTF_8), Instant.ofEpochMilli(Long.MAX_VALUE)).problem())
        .contains("after the year 9999");
  }
}
