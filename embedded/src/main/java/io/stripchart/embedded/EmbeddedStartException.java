package io.stripchart.embedded;

/** An embedded broker or database cannot start; the message has the reason and a remedy. */
public class EmbeddedStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmbeddedStartException(String message) {
    super(message);
  }

  EmbeddedStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
