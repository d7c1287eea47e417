package io.stripchart.common.reading;

/**
 * The naming scheme of series: words of {@code [A-Za-z0-9_-]+} joined by dots, at most {@value
 * #MAX_BYTES} bytes, which is what an AMQP routing key holds.
 */
public final class SeriesName {
  public static final int MAX_BYTES = 255;

  private SeriesName() {}

  /**
   * @return the name itself
   * @throws MalformedReadingException saying which word or character is wrong
   */
  public static String check(String name) {
    if (name == null || name.isEmpty()) {
      throw new MalformedReadingException("series: must not be empty");
    }
    int word = 1;
    int wordStart = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '.') {
        checkWord(name, word, i - wordStart);
        word++;
        wordStart = i + 1;
      } else if (!isWordCharacter(c)) {
        throw malformed(
            name,
            "character '" + c + "' at position " + (i + 1) + "; a word is of A-Z a-z 0-9 _ -");
      }
    }
    checkWord(name, word, name.length() - wordStart);
    // All characters are ASCII here, so that characters are bytes.
    if (name.length() > MAX_BYTES) {
      throw malformed(name, name.length() + " bytes; at most " + MAX_BYTES);
    }
    return name;
  }

  static boolean isWordCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || (c >= 'A' && c <= 'Z')
        || c == '_'
        || c == '-';
  }

  private static void checkWord(String name, int word, int length) {
    if (length == 0) throw malformed(name, "empty word at position " + word);
  }

  private static MalformedReadingException malformed(String name, String what) {
    var shown = name.length() > MAX_BYTES ? name.substring(0, 40) + "…" : name;
    return new MalformedReadingException("series \"" + shown + "\": " + what);
  }
}
