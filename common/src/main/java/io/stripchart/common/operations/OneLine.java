package io.stripchart.common.operations;

import java.util.regex.Pattern;

/**
 * Text from outside as one line of at most 200 characters that can stand between quotes in the log.
 */
public final class OneLine {
  private static final int MAX = 200;
  private static final Pattern BREAKS = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]+");

  private OneLine() {}

  /** The text without characters that would end the line or the quotes. */
  public static String of(String text) {
    var line = BREAKS.matcher(String.valueOf(text)).replaceAll(" ").replace('"', '\'').strip();
    return line.length() <= MAX ? line : line.substring(0, MAX) + "…";
  }

  /** The message of a failure; its class if it has none. */
  public static String of(Throwable failure) {
    var message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : of(message);
  }
}
