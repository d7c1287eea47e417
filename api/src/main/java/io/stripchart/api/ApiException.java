package io.stripchart.api;

import io.stripchart.common.reading.ReadingTime;
import java.time.Instant;
import java.util.regex.Pattern;

/** A failure whose message may be shown to the client; it contains no internals. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Kinds of failures, as in {@code extensions.code} of a GraphQL error. */
  public enum Code {
    /** An argument is outside of its range; asking the same again does not help. */
    BAD_ARGUMENT,
    /** The database does not answer; asking again later may help. */
    DATABASE_AWAY,
    /** The broker does not answer; asking again later may help. */
    BROKER_AWAY,
    /** It took too long, and was given up. */
    TIMEOUT,
    /**
     * Others took all the time or memory that it needs, or wait already; asking again later may
     * help.
     */
    BUSY,
    /** A limit of one request is exceeded; asking the same again does not help. */
    LIMIT,
    /**
     * The subscriber cannot receive everything that happened; it may subscribe again from its last
     * position.
     */
    BEHIND,
    /** It cannot be done as things are. */
    REFUSED,
    /** A figure that no Float holds. */
    BEYOND_RANGE
  }

  private static final Pattern LABEL = Pattern.compile("^\\w+: ");

  private final Code code;
  private final String argument;
  private final Instant since;

  public ApiException(Code code, String message) {
    this(code, message, null, null);
  }

  private ApiException(Code code, String message, String argument, Instant since) {
    super(message, null, false, false);
    this.code = code;
    this.argument = argument;
    this.since = since;
  }

  /**
   * A subscription ends because it cannot deliver everything that happened.
   *
   * @param since as of {@link #since()}
   */
  public static ApiException behind(String why, Instant since) {
    return new ApiException(
        Code.BEHIND,
        "this subscription is too far behind: "
            + why
            + "; subscribe again with since: \""
            + ReadingTime.format(since)
            + "\"",
        null,
        since);
  }

  /**
   * A subscription ends, as asking again and for less did not help.
   *
   * @param since as of {@link #since()}
   */
  public static ApiException ended(ApiException cause, Instant since) {
    var message = cause.getMessage() + "; subscribe again";
    if (since != null) message += " with since: \"" + ReadingTime.format(since) + "\"";
    return new ApiException(cause.code, message, null, since);
  }

  /** Whether a statement took too long, so that asking for less may help. */
  public static boolean isTimeout(Throwable failure) {
    return failure instanceof ApiException known && known.code == Code.TIMEOUT;
  }

  /** Whether the database did not answer for now, so that asking the same again may help. */
  public static boolean isPassing(Throwable failure) {
    return failure instanceof ApiException known
        && (known.code == Code.DATABASE_AWAY
            || known.code == Code.TIMEOUT
            || known.code == Code.BUSY);
  }

  /**
   * An invalid argument, with its name in front of the problem once.
   *
   * @param problem may begin with what the value was read as: {@code pattern: must not be empty},
   *     or {@code series "a..b": empty word}
   */
  public static String about(String argument, String problem) {
    if (problem.startsWith(argument + " \"")) return problem;
    return argument + ": " + LABEL.matcher(problem).replaceFirst("");
  }

  /**
   * @param range allowed values of the argument, in words
   */
  public static ApiException badArgument(String argument, String range) {
    return new ApiException(Code.BAD_ARGUMENT, argument + ": must be " + range, argument, null);
  }

  /**
   * From where a subscription that ended can be resumed; null if unknown. Readings committed with
   * an earlier time while the client is not subscribed are missed.
   */
  public Instant since() {
    return since;
  }

  public Code code() {
    return code;
  }

  /** The argument that is wrong; null if it is not about one alone. */
  public String argument() {
    return argument;
  }
}
