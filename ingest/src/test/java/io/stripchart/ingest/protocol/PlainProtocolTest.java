package io.stripchart.ingest.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
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
    var plain = new PlainProtocol();
    assertThat(plain.opening()).isEmpty();
    assertThat(read(plain, " 21 ")).isEqualTo(new Event.Value(21, null));
    assertThat(read(plain, "{\"value\":-1.5e3,\"time\":\"2026-11-21T02:41:48Z\",\"x\":1}"))
        .isEqualTo(new Event.Value(-1500, Instant.parse("2026-11-21T02:41:48Z")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"21.5\"|NOT_A_NUMBER",
        "null|NULL",
        "[1]|NOT_A_NUMBER",
        "{}|MISSING",
        "{\"vlaue\":21.5}|MISSING",
        "{\"value\":null}|NULL",
        "{\"value\":1,\"time\":\"\"}|BAD_TIME",
        "NaN|NOT_JSON",
        "-1e999|NOT_FINITE"
      })
  void refusesPlainFramesWithoutAValue(String frame, BadFrame kind) {
    var event = read(new PlainProtocol(), frame);
    assertThat(event).isInstanceOf(Event.Bad.class);
    assertThat(((Event.Bad) event).kind()).isEqualTo(kind);
    assertThat(((Event.Bad) event).wasValue()).isTrue();
  }
}
