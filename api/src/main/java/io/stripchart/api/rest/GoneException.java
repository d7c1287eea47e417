package io.stripchart.api.rest;

/** The client left before it had sent its request, so there is no response. */
final class GoneException extends RuntimeException {
  private static final long serialVersionUID = 1;

  GoneException(Throwable cause) {
    super("the client went away", cause, false, false);
  }
}
