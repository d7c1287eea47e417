package io.stripchart.api.graphql.plain;

import graphql.GraphQLContext;
import graphql.execution.AbortExecutionException;
import io.stripchart.api.AnswerMemory;
import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import java.util.Locale;

/**
 * The rest of the limits of one response, counted while it is produced. Once a limit is exceeded,
 * nothing more is executed, and the response is the refusal. Belongs to one context.
 */
public final class AnswerBudget {
  /** Maximum number of rows that one response may read, as determined by arguments. */
  public static final int MAX_ROWS = 100_000;

  /**
   * Fields that are executed one by one, which takes a microsecond or more each; those of plain
   * lists and objects are not.
   */
  public static final int MAX_FIELDS = 50_000;

  /** Fields that fail. graphql-java copies all errors of a response for each. */
  public static final int MAX_FAILURES = 1_000;

  /** Approximate memory of graphql-java for such a field until the end. */
  private static final int FIELD_BYTES = 256;

  private static final int FIELDS_A_CHECK = 64;

  private final AnswerMemory.Hold hold;
  private int fields;
  private int failures;
  private long rows;
  private ApiException refusal;

  public AnswerBudget(AnswerMemory.Hold hold) {
    this.hold = hold;
  }

  /** For errors, which are small and must be sent however little room there is. */
  public static AnswerBudget uncounted() {
    return new AnswerBudget(null);
  }

  public static AnswerBudget of(GraphQLContext context) {
    return context.get(AnswerBudget.class);
  }

  /** That the answer was refused, thrown where its output is written. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedException(ApiException cause) {
      super(cause.getMessage(), cause, false, false);
    }
  }

  private static ApiException notWanted() {
    return new ApiException(Code.TIMEOUT, "the request has ended");
  }

  /** Stops the execution; the first cause is the refusal. */
  public void stop(ApiException cause) {
    if (refusal == null) refusal = cause;
  }

  /** Why the answer is refused; null if it is not. */
  public ApiException refusal() {
    return refusal;
  }

  /**
   * Counts requested rows.
   *
   * @param field for the message
   * @param each maximum number of rows of each series
   * @throws ApiException if the response would become too large
   */
  public void addRows(String field, int series, int each) {
    rows += (long) series * each;
    if (rows > MAX_ROWS) {
      throw new ApiException(
          Code.LIMIT,
          String.format(
              Locale.ROOT,
              "%s: an answer has at most %,d readings and buckets, and could have %,d;"
                  + " ask for fewer of each series, or for fewer series",
              field,
              MAX_ROWS,
              rows));
    }
  }

  /**
   * Counts a field that is executed.
   *
   * @throws AbortExecutionException if the response is refused
   */
  void addField() {
    fields++;
    if (fields > MAX_FIELDS) {
      stop(
          new ApiException(
              Code.LIMIT,
              String.format(
                  Locale.ROOT,
                  "the answer has more than %,d fields beside those of plain lists; ask for fewer"
                      + " elements, or for fewer fields",
                  MAX_FIELDS)));
    } else if (hold != null && refusal == null && fields % FIELDS_A_CHECK == 0) {
      try {
        hold.reserve(FIELDS_A_CHECK * FIELD_BYTES);
      } catch (ApiException e) {
        stop(e);
      }
    }
    if (refusal != null) throw new AbortExecutionException(refusal);
  }

  /**
   * Counts a field that failed.
   *
   * @param message of the failure
   * @throws AbortExecutionException if the response is refused
   */
  public void addFailure(String message) {
    failures++;
    if (failures > MAX_FAILURES) {
      stop(
          new ApiException(
              Code.LIMIT,
              String.format(
                  Locale.ROOT,
                  "more than %,d fields failed, the last one with: %s",
                  MAX_FAILURES,
                  message)));
    }
    if (refusal != null) throw new AbortExecutionException(refusal);
  }

  /**
   * @throws RefusedException if there is no room, or the response was refused already: anything
   *     held for it afterwards would never be released
   */
  void addOutput(int bytes) {
    if (hold == null) return;
    if (refusal != null) throw new RefusedException(refusal);
    try {
      hold.add(bytes);
    } catch (ApiException e) {
      throw new RefusedException(e);
    }
  }

  void undoOutput(long bytes) {
    if (hold != null) hold.undo(bytes);
  }

  /** Resets it for the next event of a subscription; the last one has been written. */
  public void renew() {
    if (hold != null) hold.release();
    fields = 0;
    failures = 0;
  }

  /** The client has the response, or it was abandoned; further output is refused. */
  public void release() {
    stop(notWanted());
    if (hold != null) hold.release();
  }
}
