package io.stripchart.compose;

/**
 * A part cannot start. The message has everything that people need, including a remedy; the cause
 * is for the log only.
 */
final class ExplainedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ExplainedException(String message, Throwable cause) {
    super(message, cause);
  }
}
