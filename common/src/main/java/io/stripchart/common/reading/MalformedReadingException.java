package io.stripchart.common.reading;

/**
 * What was sent is no reading: the sender's fault, and no retry mends it. The message says what is
 * wrong, where, and what would be right; it may be shown to the sender.
 */
public final class MalformedReadingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  public MalformedReadingException(String message) {
    super(message);
  }
}
