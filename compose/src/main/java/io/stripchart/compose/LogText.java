package io.stripchart.compose;

import java.util.Locale;
import org.slf4j.helpers.MessageFormatter;

/** Texts as they may stand in a line of the log. */
final class LogText {
  private static final int MAX_VALUE = 4_000;
  private static final String PLACE = "{}";

  private LogText() {}

  /**
   * The pattern with its arguments, in one line.
   *
   * @param pattern as SLF4J takes it
   * @param arguments may be null
   */
  static String message(String pattern, Object[] arguments) {
    if (pattern == null) return "null";
    if (arguments == null || arguments.length == 0) return escapedWhole(pattern);
    var safe = arguments.clone();
    int place = next(pattern, 0);
    for (int i = 0; i < safe.length; i++) {
      safe[i] = place < 0 ? null : value(pattern, place, safe[i]);
      if (place >= 0) place = next(pattern, place + PLACE.length());
    }
    return escapedWhole(MessageFormatter.basicArrayFormat(pattern, safe));
  }

  /** The next place for an argument; one behind a backslash is none. */
  private static int next(String pattern, int from) {
    int place = pattern.indexOf(PLACE, from);
    while (place > 0 && pattern.charAt(place - 1) == '\\') {
      place = pattern.indexOf(PLACE, place + PLACE.length());
    }
    return place;
  }

  private static String value(String pattern, int place, Object argument) {
    var text = MessageFormatter.basicArrayFormat(PLACE, new Object[] {argument});
    if (pattern.startsWith("=\"", place - 2)) return escaped(text, true);
    if (!pattern.startsWith("=", place - 1)) return escaped(text, false);
    return isWord(text) ? text : '"' + escaped(text, true) + '"';
  }

  /** Whether it needs no quotes. */
  private static boolean isWord(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_VALUE
        && text.codePoints()
            .noneMatch(
                character ->
                    Character.isWhitespace(character)
                        || Character.isSpaceChar(character)
                        || isUnsafe(character)
                        || character == '"'
                        || character == '=');
  }

  /**
   * One line of a text.
   *
   * @param text may be null
   */
  static String escaped(String text) {
    return text == null ? null : escaped(text, false);
  }

  private static String escaped(String text, boolean quoted) {
    return text.length() <= MAX_VALUE
        ? escapedAll(text, quoted)
        : escapedAll(text.substring(0, MAX_VALUE), quoted) + "…";
  }

  private static String escapedWhole(String text) {
    return escapedAll(text, false);
  }

  private static String escapedAll(String text, boolean quoted) {
    if (text.codePoints().noneMatch(character -> isEscaped(character, quoted))) return text;
    var line = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            character -> {
              if (isEscaped(character, quoted)) appendEscape(line, character);
              else line.appendCodePoint(character);
            });
    return line.toString();
  }

  private static boolean isEscaped(int character, boolean quoted) {
    return isUnsafe(character) || (quoted && (character == '"' || character == '\\'));
  }

  /** Ends a line, moves the cursor, changes the direction of writing, or is not to be seen. */
  private static boolean isUnsafe(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE ->
          true;
      default -> false;
    };
  }

  private static void appendEscape(StringBuilder line, int character) {
    switch (character) {
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      case '"' -> line.append("\\\"");
      case '\\' -> line.append("\\\\");
      default -> line.append(String.format(Locale.ROOT, "\\u%04x", character));
    }
  }
}
