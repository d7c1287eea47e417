package io.stripchart.common.reading;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class StoredBatchTest {
  private static final Instant TIME = Instant.parse("2026-11-21T02:41:48.123456Z");

  @Test
  void readsWhatItWrites() {
    var batch =
        new StoredBatch(
            "p-1",
            7,
            1L << 40,
            List.of(
                new Reading("room.1", TIME, 21.5),
                new Reading("room.2", TIME.plusNanos(1_000), -1e300)));
    assertThat(StoredBatch.decode(batch.encode())).isEqualTo(batch);
  }

  @Test
  void isWrittenAsDocumented() {
    var batch = new StoredBatch("p-1", 7, 1234, List.of(new Reading("room.1", TIME, 21.5)));
    assertThat(new String(batch.encode(), UTF_8))
        .isEqualTo(
            "{\"process\":\"p-1\",\"sequence\":7,\"transaction\":1234,\"readings\":["
                + "{\"series\":\"room.1\",\"time\":\"2026-11-21T02:41:48.123456Z\",\"value\":21.5}]}");
  }

  @Test
  void passesOverFieldsThatItDoesNotKnow() {
    var body =
        "{\"new\":{\"a\":[1]},\"process\":\"p\",\"sequence\":1,\"readings\":[{\"unit\":[2],"
            + "\"series\":\"a\",\"time\":\"2026-11-21T02:41:48.123456Z\",\"value\":1}]}";
    assertThat(StoredBatch.decode(body.getBytes(UTF_8)))
        .isEqualTo(new StoredBatch("p", 1, 0, List.of(new Reading("a", TIME, 1))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "{}",
        "{\"process\":\"p\",\"sequence\":\"x\"}",
        "{\"process\":\"p\",\"sequence\":1,\"transaction\":\"x\"}",
        "{\"process\":\"p\",\"sequence\":1,\"readings\":[{\"series\":\"a\",\"value\":1}]}",
        "{\"process\":\"p\",\"sequence\":1,\"readings\":[{\"series\":\"a\",\"time\":\"x\"}]}",
        "{\"process\":\"p\",\"sequence\":1,\"readings\":[{\"series\":\"a..b\","
            + "\"time\":\"2026-11-21T02:41:48Z\",\"value\":1}]}",
        "{\"process\":\"p\",\"sequence\":1,\"readings\":[{\"series\":\"a\"",
        "{\"process\":\"p\""
      })
  void refusesAnythingElse(String body) {
    assertThatThrownBy(() -> StoredBatch.decode(body.getBytes(UTF_8)))
        .isInstanceOf(MalformedReadingException.class);
  }
}
