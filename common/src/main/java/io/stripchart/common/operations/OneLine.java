package io.stripchart.common.operations;

import java.util.regex.Pattern;

/**
 * What others say, as one line of at most 200 characters that can stand between quotes in the log.
 */
public final class OneLine {
  private static final int MAX = 200;
  private static final Pattern BREAKS = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]+");

  private OneLine() {}

  /** The text without what would end the line or the quotes. */
  public static String of(String text) {
    var line = BREAKS.matcher(String.valueOf(text)).replaceAll(" ").replace('"', '\'').strip();
    return line.length() <= MAX ? line : line.substring(0, MAX) + "…";
  }

  /** What a failure says; its class where it says nothing. */
  public static String of(Throwable failure) {
    var message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : of(message);
  }
}
