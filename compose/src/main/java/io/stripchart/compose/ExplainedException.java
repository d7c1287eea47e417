package io.stripchart.compose;

/**
 * A part cannot start, and the message says all that people need, also what they can do. The cause
 * is for the log alone.
 */
final class ExplainedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ExplainedException(String message, Throwable cause) {
    super(message, cause);
  }
}
