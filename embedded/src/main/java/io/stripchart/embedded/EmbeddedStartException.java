package io.stripchart.embedded;

/** An embedded broker or database cannot start; the message says why and what would help. */
public class EmbeddedStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmbeddedStartException(String message) {
    super(message);
  }

  EmbeddedStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
