package io.stripchart.common.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.common.reading.MalformedReadingException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class ControlMessagesTest {
  @Test
  void aSwitchIsReadAsItWasWritten() {
    var message = new FeedSwitch("r-1", "satellite.temperature", true);
    assertThat(FeedSwitch.decode(message.encode())).isEqualTo(message);
  }

  @Test
  void anAnswerIsReadAsItWasWritten() {
    var done = new FeedSwitched("r-1", "satellite.temperature", false, null);
    var failed = new FeedSwitched("r-1", "satellite.temperature", false, "no such \"feed\"");
    assertThat(FeedSwitched.decode(done.encode())).isEqualTo(done);
    assertThat(FeedSwitched.decode(failed.encode())).isEqualTo(failed);
  }

  @Test
  void aChangeOfAFactoryIsReadAsItWasWritten() {
    var message = new FactoryChanged(7);
    assertThat(FactoryChanged.decode(message.encode())).isEqualTo(message);
    assertThatThrownBy(() -> FactoryChanged.decode("{}".getBytes(UTF_8)))
        .isInstanceOf(MalformedReadingException.class);
  }

  @Test
  void aStatusIsReadAsItWasWritten() {
    var status =
        new FeedStatus(
            "satellite.temperature",
            "ws://127.0.0.1:4000/graphql",
            FeedStatus.State.CONNECTED,
            Instant.parse("2026-11-21T02:41:48.123456Z"),
            1L << 40,
            3,
            Instant.parse("2026-11-21T02:41:49.5Z"),
            "graphql-ws",
            new FeedStatus.Failure("refused", Instant.parse("2026-11-21T02:41:47Z")));
    assertThat(FeedStatus.decode(status.encode())).isEqualTo(status);
  }

  @Test
  void aStatusOfAnotherVersionIsReadAsFarAsItIsKnown() {
    var older =
        "{\"feed\":\"a\",\"url\":\"b\",\"state\":\"OFF\",\"since\":\"2026-11-21T02:41:48Z\","
            + "\"received\":7,\"gaps\":1}";
    var since = Instant.parse("2026-11-21T02:41:48Z");
    var status = new FeedStatus("a", "b", FeedStatus.State.OFF, since, 7, 1, null, null, null);
    assertThat(FeedStatus.decode(older.getBytes(UTF_8))).isEqualTo(status);
    assertThat(FeedStatus.decode(status.encode())).isEqualTo(status);
    var newer = older.replace("{", "{\"unknown\":{\"x\":1},");
    assertThat(FeedStatus.decode(newer.getBytes(UTF_8))).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "[]", "{", "\"on\"", "{\"on\":\"yes\"}", "{\"on\":null}"})
  void aSwitchThatIsNoneIsRefused(String body) {
    assertThatThrownBy(() -> FeedSwitch.decode(body.getBytes(UTF_8)))
        .isInstanceOf(MalformedReadingException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"feed\":\"a\",\"url\":\"b\",\"state\":\"ASLEEP\",\"since\":\"2026-11-21T02:41:48Z\"}",
        "{\"feed\":\"a\",\"url\":\"b\",\"state\":\"OFF\",\"since\":\"soon\"}",
        "{\"feed\":\"a\",\"url\":\"b\",\"state\":\"OFF\",\"since\":\"2026-11-21T02:41:48Z\"}",
        "{\"feed\":\"a\",\"url\":\"b\",\"state\":\"OFF\",\"since\":\"2026-11-21T02:41:48Z\","
            + "\"received\":7,\"gaps\":1,\"lastFailure\":{}}"
      })
  void aStatusThatIsNoneIsRefused(String body) {
    assertThatThrownBy(() -> FeedStatus.decode(body.getBytes(UTF_8)))
        .isInstanceOf(MalformedReadingException.class);
  }
}
