package io.stripchart.common.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.common.reading.MalformedReadingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class PathSegmentTest {
  @ParameterizedTest
  @CsvSource({"101, 101", "10%2D1, 10-1", "1+1, 1+1", "%2b, +", "%31+%32, 1+2", "h%C3%B6he, höhe"})
  void decodesWhatIsEncoded(String segment, String text) {
    assertThat(PathSegment.decode(segment)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "1%2", "%zz", "%%41"})
  void refusesAPercentSignThatEncodesNothing(String segment) {
    assertThatThrownBy(() -> PathSegment.decode(segment))
        .isInstanceOf(MalformedReadingException.class)
        .hasMessageContaining("two hexadecimal digits");
  }

  @Test
  void takesOneWordOfAName() {
    assertThat(PathSegment.word("room", "10%2d1")).isEqualTo("10-1");
    assertThatThrownBy(() -> PathSegment.word("room", "1%2E1"))
        .hasMessage("room \"1.1\": character '.' at position 2; a word is of A-Z a-z 0-9 _ -");
  }

  @Test
  void refusesBytesThatAreNoText() {
    assertThatThrownBy(() -> PathSegment.word("room", "%ff"))
        .hasMessageContaining("character '\uFFFD' at position 1");
  }
}
