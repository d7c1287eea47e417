package io.stripchart.api.graphql;

/** The body is not a GraphQL request; the message says what is expected. */
public final class MalformedRequestException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public MalformedRequestException(String message) {
    super(message, null, false, false);
  }
}
