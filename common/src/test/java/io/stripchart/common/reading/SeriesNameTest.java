package io.stripchart.common.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class SeriesNameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "satellite.temperature",
        "room.101.7.temperature",
        "factory.1.sprocket_production_actual",
        "A-Z.a-z.0-9._.-"
      })
  void takesDottedWords(String name) {
    assertThat(SeriesName.check(name)).isSameAs(name);
  }

  @ParameterizedTest
  @CsvSource({
    "room..temp, empty word at position 2",
    ".room, empty word at position 1",
    "room., empty word at position 2",
    "., empty word at position 1",
    "room 1, character ' ' at position 5",
    "room.*.temp, character '*' at position 6",
    "room.#, character '#' at position 6",
    "raum.höhe, character 'ö' at position 7",
    "room/1, character '/' at position 5"
  })
  void refusesWhatIsNoneAndTellsWhere(String name, String what) {
    assertThatThrownBy(() -> SeriesName.check(name))
        .isInstanceOf(MalformedReadingException.class)
        .hasMessageContaining("series \"" + name + "\": " + what);
  }

  @Test
  void refusesAnEmptyName() {
    assertThatThrownBy(() -> SeriesName.check("")).hasMessage("series: must not be empty");
    assertThatThrownBy(() -> SeriesName.check(null)).hasMessage("series: must not be empty");
  }

  @Test
  void takesAsManyBytesAsARoutingKeyHoldsAndNoMore() {
    assertThat(SeriesName.check("a".repeat(255))).hasSize(255);
    assertThatThrownBy(() -> SeriesName.check("a".repeat(256)))
        .isInstanceOf(MalformedReadingException.class)
        .hasMessageContaining("256 bytes; at most 255")
        .hasMessageContaining("…");
  }

  @ParameterizedTest
  @ValueSource(strings = {"101", "10-1", "a_b", "A"})
  void takesAWordOfAName(String word) {
    assertThat(SeriesName.checkWord("room", word)).isSameAs(word);
  }

  @ParameterizedTest
  @CsvSource({
    "a.b, character '.' at position 2",
    "10 1, character ' ' at position 3",
    "a/b, character '/' at position 2",
    "höhe, character 'ö' at position 2",
    "x😀, character '😀' at position 2"
  })
  void refusesWhatIsNoOneWordAndTellsWhere(String word, String what) {
    assertThatThrownBy(() -> SeriesName.checkWord("room", word))
        .isInstanceOf(MalformedReadingException.class)
        .hasMessageContaining("room \"" + word + "\": " + what);
  }

  @Test
  void refusesAWordThatIsEmptyOrTooLong() {
    assertThatThrownBy(() -> SeriesName.checkWord("room", ""))
        .hasMessage("room: must not be empty");
    assertThatThrownBy(() -> SeriesName.checkWord("room", "a".repeat(256)))
        .hasMessageContaining("256 bytes; at most 255");
  }
}
