package io.stripchart.api.rest;

/** The client went away before it had sent its request: there is nobody to be answered. */
final class GoneException extends RuntimeException {
  private static final long serialVersionUID = 1;

  GoneException(Throwable cause) {
    super("the client went away", cause, false, false);
  }
}
