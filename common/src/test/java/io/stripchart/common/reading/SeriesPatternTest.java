package io.stripchart.common.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class SeriesPatternTest {
  @ParameterizedTest
  @CsvSource({
    "room.1, room.1, true",
    "room.1, room.10, false",
    "room.*, room.1, true",
    "room.*, room, false",
    "room.*, room.1.temp, false",
    "*, room, true",
    "*, room.1, false",
    "#, room, true",
    "#, room.1.temp, true",
    "room.#, room, true",
    "room.#, room.1.temp, true",
    "room.#, rooms, false",
    "#.temp, temp, true",
    "#.temp, room.1.temp, true",
    "#.temp, room.1.temps, false",
    "room.#.temp, room.temp, true",
    "room.#.temp, room.1.2.temp, true",
    "room.#.temp, room.1.temp.2, false",
    "room.*.*.temperature, room.101.7.temperature, true",
    "room.*.*.temperature, room.101.temperature, false",
    "#.a.#.b, x.a.a.b, true",
    "#.a.*.b, a.a.x.b, true",
    "*.#, room, true",
    "#.*, room.1, true",
    "*.#.*, room, false",
    "*.#.*, room.1, true",
    "#.#, room, true"
  })
  void matchesAsATopicExchangeDoes(String pattern, String series, boolean matches) {
    assertThat(SeriesPattern.of(pattern).matches(series)).isEqualTo(matches);
    assertThat(Pattern.compile(SeriesPattern.of(pattern).toRegex()).matcher(series).matches())
        .isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "room..temp, empty word at position 2",
    ".room, empty word at position 1",
    "room.a*, word 2 must be",
    "room.##, word 2 must be",
    "room.ü, word 2 must be",
    "a b, word 1 must be"
  })
  void refusesWhatIsNoneAndTellsWhere(String pattern, String what) {
    assertThatThrownBy(() -> SeriesPattern.of(pattern))
        .isInstanceOf(MalformedReadingException.class)
        .hasMessageContaining(what);
  }

  @Test
  void refusesWhatIsEmptyOrTooLong() {
    assertThatThrownBy(() -> SeriesPattern.of(""))
        .isInstanceOf(MalformedReadingException.class)
        .hasMessageContaining("must not be empty");
    assertThatThrownBy(() -> SeriesPattern.of("#.".repeat(128) + "#"))
        .isInstanceOf(MalformedReadingException.class)
        .hasMessageContaining("at most 255");
  }

  @Test
  void isExactWithoutWildcards() {
    assertThat(SeriesPattern.of("room.1").isExact()).isTrue();
    assertThat(SeriesPattern.of("room.*").isExact()).isFalse();
    assertThat(SeriesPattern.of("#").isExact()).isFalse();
  }

  @Test
  void patternsThatMeanTheSameAreEqual() {
    assertThat(SeriesPattern.of("a.#.#.b"))
        .isEqualTo(SeriesPattern.of("a.#.b"))
        .hasSameHashCodeAs(SeriesPattern.of("a.#.b"))
        .isNotEqualTo(SeriesPattern.of("a.*.b"));
    assertThat(SeriesPattern.of("a.#.#.b")).hasToString("a.#.#.b");
  }

  /** Three ways to the same answer, over names and patterns of few words, so that many match. */
  @Test
  void matchingRegexAndDefinitionAgree() {
    var random = new Random(42);
    int matches = 0;
    for (int i = 0; i < 50_000; i++) {
      var name = words(random, 1, 5, "a", "b", "c");
      var text = words(random, 1, 5, "a", "b", "*", "#", "#");
      var pattern = SeriesPattern.of(text);
      boolean expected = defined(text.split("\\."), 0, name.split("\\."), 0);
      assertThat(pattern.matches(name)).as(text + " on " + name).isEqualTo(expected);
      assertThat(Pattern.compile(pattern.toRegex()).matcher(name).find())
          .as(pattern.toRegex() + " on " + name)
          .isEqualTo(expected);
      if (expected) matches++;
    }
    assertThat(matches).isBetween(5_000, 45_000);
  }

  private static String words(Random random, int least, int most, String... choice) {
    return Stream.generate(() -> choice[random.nextInt(choice.length)])
        .limit(random.nextInt(least, most + 1))
        .collect(Collectors.joining("."));
  }

  /** The meaning of the words, without regard to speed. */
  private static boolean defined(String[] pattern, int p, String[] name, int n) {
    if (p == pattern.length) return n == name.length;
    if (pattern[p].equals("#")) {
      return defined(pattern, p + 1, name, n)
          || (n < name.length && defined(pattern, p, name, n + 1));
    }
    return n < name.length
        && (pattern[p].equals("*") || pattern[p].equals(name[n]))
        && defined(pattern, p + 1, name, n + 1);
  }

  @Test
  void takesNoExponentialTime() {
    var pattern = SeriesPattern.of("#.a.".repeat(40) + "b");
    assertThat(pattern.matches("a" + ".a".repeat(120))).isFalse();
  }
}
