package io.stripchart.common.reading;

import java.util.ArrayList;
import java.util.List;

/**
 * An AMQP topic pattern over series names: {@code *} is one word, {@code #} any number of words,
 * none included: {@code room.*.*.temperature}. A name without wildcards is a pattern that matches
 * itself alone. Immutable.
 */
public final class SeriesPattern {
  private static final String ONE = "*";
  private static final String ANY = "#";

  private final String text;
  private final List<String> words;

  private SeriesPattern(String text, List<String> words) {
    this.text = text;
    this.words = words;
  }

  /**
   * @throws MalformedReadingException if a word is neither a wildcard nor a series word
   */
  public static SeriesPattern of(String text) {
    if (text == null || text.isEmpty()) {
      throw new MalformedReadingException("pattern: must not be empty; # matches every series");
    }
    if (text.length() > SeriesName.MAX_BYTES) {
      throw new MalformedReadingException(
          "pattern: at most " + SeriesName.MAX_BYTES + " characters, has " + text.length());
    }
    var words = new ArrayList<String>();
    for (var word : text.split("\\.", -1)) {
      checkWord(text, word, words.size() + 1);
      // A second # beside the first adds nothing.
      boolean repeated =
          word.equals(ANY) && !words.isEmpty() && words.get(words.size() - 1).equals(ANY);
      if (!repeated) words.add(word);
    }
    return new SeriesPattern(text, List.copyOf(words));
  }

  private static void checkWord(String text, String word, int position) {
    if (word.equals(ONE) || word.equals(ANY)) return;
    if (word.isEmpty()) {
      throw new MalformedReadingException(
          "pattern \"" + text + "\": empty word at position " + position);
    }
    if (!word.chars().allMatch(c -> SeriesName.isWordCharacter((char) c))) {
      throw new MalformedReadingException(
          "pattern \""
              + text
              + "\": word "
              + position
              + " must be *, # or of A-Z a-z 0-9 _ -, is \""
              + word
              + "\"");
    }
  }

  /** Whether the pattern has no wildcard, so that it matches the series of its own name alone. */
  public boolean isExact() {
    return !words.contains(ONE) && !words.contains(ANY);
  }

  /** Whether the pattern matches; in time of at most words of the pattern × words of the name. */
  public boolean matches(String series) {
    if (isExact()) return text.equals(series);
    var names = series.split("\\.", -1);
    int w = 0;
    int n = 0;
    int lastAny = -1;
    int resume = 0;
    while (n < names.length) {
      if (w < words.size() && words.get(w).equals(ANY)) {
        lastAny = w++;
        resume = n;
      } else if (w < words.size() && (words.get(w).equals(ONE) || words.get(w).equals(names[n]))) {
        w++;
        n++;
      } else if (lastAny >= 0) {
        // The last # takes one word more, and the rest is tried again from there.
        w = lastAny + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (w < words.size() && words.get(w).equals(ANY)) w++;
    return w == words.size();
  }

  /**
   * The same pattern as a regular expression that PostgreSQL and Java both read; matches whole
   * names.
   */
  public String toRegex() {
    if (words.equals(List.of(ANY))) return "^.*$";
    var regex = new StringBuilder("^");
    boolean needsDot = false;
    for (int i = 0; i < words.size(); i++) {
      var word = words.get(i);
      if (word.equals(ANY)) {
        // At the front it brings its dots behind its words, elsewhere before them.
        regex.append(i == 0 ? "([^.]+\\.)*" : "(\\.[^.]+)*");
        needsDot = i > 0;
      } else {
        if (needsDot) regex.append("\\.");
        regex.append(word.equals(ONE) ? "[^.]+" : word);
        needsDot = true;
      }
    }
    return regex.append('$').toString();
  }

  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SeriesPattern pattern && words.equals(pattern.words);
  }

  @Override
  public int hashCode() {
    return words.hashCode();
  }
}
