package io.stripchart.ingest.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class UsualAnswerTest {
  private static OptionalDouble read(String text) {
    return new UsualAnswer("1", "next").read(Buffer.buffer(text));
  }

  private static OptionalDouble payload(String payload) {
    return read("{\"id\":\"1\",\"type\":\"next\",\"payload\":" + payload + "}");
  }

  @Test
  void readsTheOneNumber() {
    assertThat(payload("{\"data\":{\"temperature\":21.37}}")).hasValue(21.37);
    assertThat(payload("{ \"data\" : { \"a\" : { \"value\" : -7 } } }")).hasValue(-7);
    assertThat(payload("{\"data\":{\"t\":9007199254740993}}")).hasValue(9007199254740992d);
    assertThat(payload("{\"data\":{\"t\":2},\"extensions\":{\"since\":\"2026\",\"x\":[{}]}}"))
        .hasValue(2);
    assertThat(read("{\"payload\":{\"data\":{\"t\":1}},\"type\":\"next\",\"id\":\"1\"}"))
        .hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7",
        "null",
        "{}",
        "{\"data\":{}}",
        "{\"data\":{\"t\":null}}",
        "{\"data\":{\"t\":\"1\"}}",
        "{\"data\":{\"t\":[1]}}",
        "{\"data\":{\"t\":1e999}}",
        "{\"data\":{\"t\":NaN}}",
        "{\"data\":{\"t\":1,\"u\":2}}",
        "{\"data\":{\"t\":1,\"t\":2}}",
        "{\"data\":{\"__v\":1}}",
        "{\"data\":{\"value\":1,\"time\":\"2026-11-21T02:41:48Z\"}}",
        "{\"data\":{\"t\":1},\"errors\":[]}",
        "{\"data\":{\"t\":1},\"extensions\":{},\"errors\":[]}",
        "{\"data\":{\"t\":1},\"extensions\":{}",
        "{\"data\":{\"t\":1,\"extensions\":{}}}",
        "{\"errors\":{\"t\":1}}",
        "{\"data\":{\"t\":1}},\"id\":\"1\"",
        "{\"data\":{\"t\":1}}} {",
        "{\"data\":{\"t\":1"
      })
  void leavesTheRestToOthers(String payload) {
    assertThat(payload(payload)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "{\"id\":1,\"type\":\"next\",\"payload\":{\"data\":{\"t\":1}}}",
        "{\"id\":\"2\",\"type\":\"next\",\"payload\":{\"data\":{\"t\":1}}}",
        "{\"id\":\"1\",\"type\":\"data\",\"payload\":{\"data\":{\"t\":1}}}",
        "{\"type\":\"next\",\"payload\":{\"data\":{\"t\":1}}}",
        "{\"id\":\"1\",\"id\":\"1\",\"payload\":{\"data\":{\"t\":1}}}",
        "{\"id\":\"1\",\"type\":\"next\"}"
      })
  void leavesOtherMessagesToOthers(String text) {
    assertThat(read(text)).isEmpty();
  }
}
