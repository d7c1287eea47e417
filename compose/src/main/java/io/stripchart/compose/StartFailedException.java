package io.stripchart.compose;

/** A part cannot start; the message is one line for people. */
final class StartFailedException extends Exception {
  private static final long serialVersionUID = 1;

  StartFailedException(String part, Throwable cause) {
    super("cannot start " + part + ": " + why(cause), cause);
  }

  private static String why(Throwable cause) {
    var message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
