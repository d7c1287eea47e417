package io.stripchart.compose.load;

/** The file does not contain factories; the message gives the reason. */
public final class NoFactoriesException extends Exception {
  private static final long serialVersionUID = 1;

  NoFactoriesException(String message) {
    super(message);
  }
}
