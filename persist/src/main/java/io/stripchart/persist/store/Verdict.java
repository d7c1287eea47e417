package io.stripchart.persist.store;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.TransactionRollbackException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** Whose fault it is that a transaction failed, and so what becomes of it. */
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

  /**
   * @param readings how many the transaction held; of a single one, no smaller transaction would
   *     need less, so what the database lacks is not the reading's fault
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
    // What the client only wraps in a message, like a timeout of its pool, is no RuntimeException.
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

  /** PostgreSQL reports a missing partition as a violated check, but of no constraint. */
  private static boolean lacksPartition(PgException refusal) {
    return CHECK_VIOLATION.equals(refusal.getSqlState()) && refusal.getConstraint() == null;
  }

  /**
   * Whether somebody has to put the database right: schema, permission, password, or damage, rather
   * than an outage that passes.
   */
  public static boolean needsOperator(Throwable failure) {
    if (!(failure instanceof PgException refusal) || refusal.getSqlState() == null) return false;
    return switch (refusal.getSqlState().substring(0, 2)) {
      case "42", "28", "3D", "3F", "XX", "F0" -> true;
      default -> refusal.getSqlState().equals("53100");
    };
  }
}
