package io.stripchart.compose.load;

/** The file is not one of factories; the message says what is wrong with it. */
public final class NoFactoriesException extends Exception {
  private static final long serialVersionUID = 1;

  NoFactoriesException(String message) {
    super(message);
  }
}
