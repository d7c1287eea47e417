package io.stripchart.api.graphql;

/** What was sent is no GraphQL request; the message says what would be one. */
public final class MalformedRequestException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public MalformedRequestException(String message) {
    super(message, null, false, false);
  }
}
