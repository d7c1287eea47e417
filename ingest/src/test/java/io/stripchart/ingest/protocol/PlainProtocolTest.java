package io.stripchart.ingest.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.reading.EpochPrecision;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class PlainProtocolTest {
  private static Event read(FeedProtocol protocol, String text) {
    return protocol.read(Buffer.buffer(text));
  }

  @Test
  void takesPlainValues() {
    var plain = new PlainProtocol(null);
    assertThat(plain.opening()).isEmpty();
    assertThat(read(plain, " 21 ")).isEqualTo(new Event.Value(21, null));
    assertThat(read(plain, "{\"value\":-1.5e3,\"time\":\"2026-11-21T02:41:48Z\",\"x\":1}"))
        .isEqualTo(new Event.Value(-1500, Instant.parse("2026-11-21T02:41:48Z")));
  }

  @Test
  void takesArraysAsPushesDo() {
    var time = Instant.parse("2026-11-01T00:00:00Z");
    assertThat(read(new PlainProtocol(null), "[1]")).isEqualTo(new Event.Value(1, null));
    assertThat(
            read(
                new PlainProtocol(null),
                "[1, {\"value\":2}, {\"value\":3,\"time\":\"2026-11-01T00:00:00Z\"}]"))
        .isEqualTo(
            new Event.Values(
                List.of(
                    new Event.Value(1, null), new Event.Value(2, null), new Event.Value(3, time))));
  }

  @Test
  void takesTheSoundItemsOfAnArrayAndKeepsEachOtherByItself() {
    var event =
        (Event.Values)
            read(new PlainProtocol(null), "[1,\"21.5\",{\"value\":2,\"time\":\"soon\"},[3],{},4]");
    assertThat(event.items()).hasSize(6);
    assertThat(event.items().get(0)).isEqualTo(new Event.Value(1, null));
    assertThat(event.items().get(5)).isEqualTo(new Event.Value(4, null));
    var string = (Event.Bad) event.items().get(1);
    assertThat(string.kind()).isEqualTo(BadFrame.NOT_A_NUMBER);
    assertThat(string.problem()).isEqualTo("[1]: value: must be a number, is a string");
    assertThat(string.part().toString()).isEqualTo("\"21.5\"");
    assertThat(event.items().subList(2, 5))
        .extracting(item -> ((Event.Bad) item).kind())
        .containsExactly(BadFrame.BAD_TIME, BadFrame.NOT_A_NUMBER, BadFrame.MISSING);
  }

  @Test
  void takesTenThousandReadingsAtOnceAndNoMore() {
    var most = "[" + "1,".repeat(FeedProtocol.MAX_READINGS - 1) + "1]";
    assertThat(((Event.Values) read(new PlainProtocol(null), most)).items())
        .hasSize(FeedProtocol.MAX_READINGS);
    var tooMany = (Event.Bad) read(new PlainProtocol(null), most.replaceFirst("1,", "1,1,"));
    assertThat(tooMany.kind()).isEqualTo(BadFrame.TOO_LARGE);
    assertThat(tooMany.problem()).isEqualTo("holds 10001 readings, of at most 10000");
    assertThat(tooMany.wasValue()).isTrue();
  }

  @Test
  void takesTimesThatAreNumbersOfItsPrecision() {
    var time = Instant.parse("2026-11-21T02:41:48.123Z");
    var plain = new PlainProtocol(EpochPrecision.MILLISECONDS);
    assertThat(read(plain, "{\"value\":1,\"timestamp\":1795228908123}"))
        .isEqualTo(new Event.Value(1, time));
    assertThat(read(plain, "[{\"value\":1,\"time\":1795228908123},2]"))
        .isEqualTo(new Event.Values(List.of(new Event.Value(1, time), new Event.Value(2, null))));
    assertThat(read(plain, "{\"value\":1,\"time\":\"2026-11-21T02:41:48.123Z\"}"))
        .isEqualTo(new Event.Value(1, time));
    for (var bad : List.of("-1", "1e300", "true", "[]")) {
      var event = (Event.Bad) read(plain, "{\"value\":1,\"time\":" + bad + "}");
      assertThat(event.kind()).isEqualTo(BadFrame.BAD_TIME);
    }
    var without = (Event.Bad) read(new PlainProtocol(null), "{\"value\":1,\"time\":1795228908}");
    assertThat(without.problem()).contains("precision s, ms, us or ns of the feed");
  }

  @Test
  void takesNoReadingFromAnEmptyArrayAsPushesDo() {
    assertThat(read(new PlainProtocol(null), "[]")).isEqualTo(new Event.Values(List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"21.5\"|NOT_A_NUMBER",
        "null|NULL",
        "true|NOT_A_NUMBER",
        "[[1]]|NOT_A_NUMBER",
        "[{\"time\":\"2026-11-01T00:00:00Z\"}]|MISSING",
        "{\"value\":\"21.5\",\"time\":\"2026-11-01T00:00:00Z\"}|NOT_A_NUMBER",
        "{\"value\":[1]}|NOT_A_NUMBER",
        "1 2|NOT_JSON",
        "{}|MISSING",
        "{\"vlaue\":21.5}|MISSING",
        "{\"value\":null}|NULL",
        "{\"value\":1,\"time\":\"\"}|BAD_TIME",
        "{\"value\":1,\"timestamp\":1767225600123}|BAD_TIME",
        "{\"value\":1,\"ts\":\"2026-11-01T00:00:00Z\"}|BAD_TIME",
        "{\"value\":1,\"value\":2}|AMBIGUOUS",
        "NaN|NOT_JSON",
        "-1e999|NOT_FINITE"
      })
  void refusesPlainFramesWithoutAValue(String frame, BadFrame kind) {
    var event = read(new PlainProtocol(null), frame);
    assertThat(event).isInstanceOf(Event.Bad.class);
    assertThat(((Event.Bad) event).kind()).isEqualTo(kind);
    assertThat(((Event.Bad) event).wasValue()).isTrue();
  }
}
