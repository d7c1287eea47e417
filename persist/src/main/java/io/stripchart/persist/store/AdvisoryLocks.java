package io.stripchart.persist.store;

/** Keys of the database's advisory locks, as SQL. */
public final class AdvisoryLocks {
  /** Held by one process at a time, while it makes partitions. */
  static final String PARTITIONS = "hashtext('stripchart.reading.partitions')";

  /** Shared by every transaction that stores readings; alone while hours are being closed. */
  public static final String CLOSING = "hashtext('stripchart.rollup.closing')";

  /** Held by one process at a time, while it works on rollups. */
  public static final String ROLLUPS = "hashtext('stripchart.rollup')";

  private AdvisoryLocks() {}
}
