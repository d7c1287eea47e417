package io.stripchart.common.database;

/** The first statement of each transaction that stores or deletes readings, in any role. */
public final class Changing {
  /**
   * Key of an advisory lock, as SQL: shared by every transaction that changes readings; held alone
   * while hours are being closed.
   */
  public static final String LOCK = "hashtext('stripchart.rollup.closing')";

  /**
   * Begins. Until the transaction ends, no further hours are closed; the next statement sees what
   * was committed before this one got the lock. Waiting for a lock fails after some seconds, so
   * that readings of a locked partition do not block all others.
   */
  public static final String BEGIN =
      SessionParameters.BEGIN
          + ";\nset local lock_timeout = '5s';\nselect pg_advisory_xact_lock_shared("
          + LOCK
          + ")";

  private Changing() {}
}
