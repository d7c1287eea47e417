package io.stripchart.common.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class EntityTagTest {
  private static final EntityTag STRONG = new EntityTag("\"a1\"");
  private static final EntityTag WEAK = new EntityTag("W/\"a1\"");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"a1\"",
        "W/\"a1\"",
        "*",
        "\"b\", \"a1\"",
        "\"b\",W/\"a1\",\"c\"",
        "\"b\"  , \t\"a1\" , \"c\"",
        "\"a1a1\", \"a1\"",
        "\"x,\", \"a1\""
      })
  void findsWhatTheClientHas(String header) {
    assertThat(STRONG.isAmong(header)).isTrue();
    assertThat(WEAK.isAmong(header)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"a\"", "a1", "\"a1", "\"xa1\"", "W/\"a\"", "\"a1\"\"b\"", ""})
  void findsNothingElse(String header) {
    assertThat(STRONG.isAmong(header)).isFalse();
    assertThat(WEAK.isAmong(header)).isFalse();
  }

  @Test
  void findsNothingWhereTheClientHasNothing() {
    assertThat(STRONG.isAmong(null)).isFalse();
  }

  @Test
  void isOfTheTextAlone() {
    var tag = EntityTag.of(Buffer.buffer("{\"value\":21.5}"));
    assertThat(tag).isEqualTo(EntityTag.of(Buffer.buffer("{\"value\":21.5}")));
    assertThat(tag).isNotEqualTo(EntityTag.of(Buffer.buffer("{\"value\":21.6}")));
    assertThat(tag.text()).matches("\"[0-9a-f]+-[0-9a-f]{16}\"");
    assertThat(EntityTag.weak("21.5 3").text()).matches("W/\"[0-9a-f]+-[0-9a-f]{16}\"");
  }
}
