package io.stripchart.persist.store;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.TransactionRollbackException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** Classifies the failure of a transaction, which decides how it is handled. */
public enum Verdict {
  /** The database refuses a reading, and always will: a constraint, a trigger, a range. */
  REFUSED,
  /** Too much for one transaction: a smaller one may do. */
  TOO_MUCH,
  /** The database is away, busy or not as it should be; the same will do later. */
  TRANSIENT,
  /** A mistake in this program. */
  BUG;

  private static final String CHECK_VIOLATION = "23514";
  private static final String OUT_OF_MEMORY = "53200";
  private static final String CANCELED = "57014";
  private static final String TOO_MANY_CONNECTIONS = "53300";
  private static final String LOCKED = "55P03";

  /**
   * @param readings how many the transaction held; for a single one, no smaller transaction would
   *     need less, so a lack of resources is not caused by the reading
   */
  public static Verdict of(Throwable failure, int readings) {
    var verdict = of(failure);
    boolean lacks =
        failure instanceof PgException refusal && OUT_OF_MEMORY.equals(refusal.getSqlState());
    return verdict == TOO_MUCH && lacks && readings == 1 ? TRANSIENT : verdict;
  }

  public static Verdict of(Throwable failure) {
    if (failure instanceof PgException refusal) return of(refusal);
    if (failure instanceof SeriesLimitException) return REFUSED;
    if (failure instanceof MissingPartitionException) return TRANSIENT;
    if (failure instanceof IOException
        || failure instanceof TimeoutException
        || failure instanceof VertxException
        || failure instanceof TransactionRollbackException
        // Of a pool or a connection that was closed meanwhile.
        || failure instanceof IllegalStateException
        // Memory, or a class that cannot be loaded: not the reading's fault.
        || failure instanceof Error) {
      return TRANSIENT;
    }
    // Failures that the client reports only as a message, like a timeout of its pool, are no
    // RuntimeException.
    return failure instanceof RuntimeException ? BUG : TRANSIENT;
  }

  /**
   * By SQLSTATE. Whatever is not known to be about the data is taken for the database's state, a
   * missing table or permission too: then readings wait rather than being put aside.
   */
  private static Verdict of(PgException refusal) {
    var state = refusal.getSqlState();
    if (state == null || state.length() < 2 || lacksPartition(refusal)) return TRANSIENT;
    if (state.equals(OUT_OF_MEMORY)) return TOO_MUCH;
    return switch (state.substring(0, 2)) {
      case "22", "23", "44", "P0" -> REFUSED;
      case "54" -> TOO_MUCH;
      default -> TRANSIENT;
    };
  }

  /** Whether a reading had no partition although there was one when it was last looked. */
  public static boolean lacksPartition(Throwable failure) {
    return failure instanceof PgException refusal && lacksPartition(refusal);
  }

  /**
   * Whether the database is out of reach or out of order as a whole, so that it is known that no
   * reading is at fault: connections, logins, shutdown, resources, a standby, lost races.
   */
  public static boolean isOutage(Throwable failure) {
    if (!(failure instanceof PgException refusal)) {
      // A batch that could not be noted wraps the refusal.
      return !(failure.getCause() instanceof PgException);
    }
    var state = refusal.getSqlState();
    if (state == null || state.length() < 2) return true;
    return switch (state.substring(0, 2)) {
      case "08", "25", "28", "3D", "40", "53", "58" -> true;
      case "57" -> !state.equals(CANCELED);
      default -> false;
    };
  }

  /** Whether a lock was not available, or a statement took too long, as behind a lock. */
  public static boolean isLocked(Throwable failure) {
    return failure instanceof PgException refusal
        && (CANCELED.equals(refusal.getSqlState()) || LOCKED.equals(refusal.getSqlState()));
  }

  /** Whether the database has let us in and answers, though with a refusal. */
  public static boolean isAnswer(Throwable failure) {
    if (!(failure instanceof PgException refusal)) return false;
    var state = refusal.getSqlState();
    if (state == null || state.length() < 2 || state.equals(TOO_MANY_CONNECTIONS)) return false;
    return !state.startsWith("57P") && !Set.of("08", "28", "3D").contains(state.substring(0, 2));
  }

  /** PostgreSQL reports a missing partition as a violated check, but of no constraint. */
  private static boolean lacksPartition(PgException refusal) {
    return CHECK_VIOLATION.equals(refusal.getSqlState()) && refusal.getConstraint() == null;
  }

  /**
   * Whether an operator has to repair the database (schema, permission, password, damage), in
   * contrast to an outage that passes.
   */
  public static boolean needsOperator(Throwable failure) {
    if (!(failure instanceof PgException refusal) || refusal.getSqlState() == null) return false;
    return switch (refusal.getSqlState().substring(0, 2)) {
      case "42", "28", "3D", "3F", "XX", "F0" -> true;
      default -> refusal.getSqlState().equals("53100");
    };
  }
}
