package io.stripchart.common.reading;

/**
 * The naming scheme of series: words of {@code [A-Za-z0-9_-]+} joined by dots, at most {@value
 * #MAX_BYTES} bytes, the limit of an AMQP routing key.
 */
public final class SeriesName {
  public static final int MAX_BYTES = 255;

  private SeriesName() {}

  /**
   * Checks one word of a series name: a room's, a sensor's.
   *
   * @param what it names, for the message: {@code room}
   * @return the word itself
   * @throws MalformedReadingException which names the invalid character
   */
  public static String checkWord(String what, String word) {
    if (word == null || word.isEmpty()) {
      throw new MalformedReadingException(what + ": must not be empty");
    }
    for (int i = 0; i < word.length(); i++) {
      if (!isWordCharacter(word.charAt(i))) throw malformed(what, word, wrongCharacter(word, i));
    }
    if (word.length() > MAX_BYTES) {
      throw malformed(what, word, word.length() + " bytes; at most " + MAX_BYTES);
    }
    return word;
  }

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
        checkLength(name, word, i - wordStart);
        word++;
        wordStart = i + 1;
      } else if (!isWordCharacter(c)) {
        throw malformed("series", name, wrongCharacter(name, i));
      }
    }
    checkLength(name, word, name.length() - wordStart);
    // All characters are ASCII here, so that characters are bytes.
    if (name.length() > MAX_BYTES) {
      throw malformed("series", name, name.length() + " bytes; at most " + MAX_BYTES);
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

  private static void checkLength(String name, int word, int length) {
    if (length == 0) throw malformed("series", name, "empty word at position " + word);
  }

  private static String wrongCharacter(String text, int index) {
    // Characters beyond two bytes count as one for a reader.
    var character = Character.toString(text.codePointAt(index));
    return "character '"
        + character
        + "' at position "
        + (index + 1)
        + "; a word is of A-Z a-z 0-9 _ -";
  }

  private static MalformedReadingException malformed(String what, String name, String problem) {
    var shown = name.length() > MAX_BYTES ? name.substring(0, 40) + "…" : name;
    return new MalformedReadingException(what + " \"" + shown + "\": " + problem);
  }
}
