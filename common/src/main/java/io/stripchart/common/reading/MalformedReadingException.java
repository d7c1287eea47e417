package io.stripchart.common.reading;

/**
 * The input is not a reading, and a retry cannot help. The message says what is wrong, where, and
 * what is expected; it may be shown to the sender.
 */
public final class MalformedReadingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  public MalformedReadingException(String message) {
    super(message);
  }
}
