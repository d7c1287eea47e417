package io.stripchart.compose.load;

/**
 * Not everything could be stored; running the program again continues. The message says what is
 * missing.
 */
public final class UnfinishedException extends Exception {
  private static final long serialVersionUID = 1;

  UnfinishedException(String message) {
    super(message);
  }
}
