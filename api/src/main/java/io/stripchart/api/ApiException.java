package io.stripchart.api;

/** A failure whose message is for whoever asked; nothing of the inside is in it. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What went wrong, as {@code extensions.code} of a GraphQL error tells it. */
  public enum Code {
    /** An argument is outside of its range; asking the same again does not help. */
    BAD_ARGUMENT,
    /** The database does not answer; asking again later may help. */
    DATABASE_AWAY,
    /** The broker does not answer; asking again later may help. */
    BROKER_AWAY,
    /** It took too long, and was given up. */
    TIMEOUT,
    /** A limit of this process is reached. */
    LIMIT,
    /** It cannot be done as things are. */
    REFUSED
  }

  private final Code code;
  private final String argument;

  public ApiException(Code code, String message) {
    this(code, null, message);
  }

  private ApiException(Code code, String argument, String message) {
    super(message, null, false, false);
    this.code = code;
    this.argument = argument;
  }

  /**
   * @param range what the argument must be, in words
   */
  public static ApiException badArgument(String argument, String range) {
    return new ApiException(Code.BAD_ARGUMENT, argument, argument + ": must be " + range);
  }

  public Code code() {
    return code;
  }

  /** The argument that is wrong; null where it is not about one alone. */
  public String argument() {
    return argument;
  }
}
