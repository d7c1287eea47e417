package io.stripchart.persist.store;

import io.stripchart.common.database.Changing;

/** Keys of the database's advisory locks, as SQL. */
public final class AdvisoryLocks {
  /** Held by one process at a time, while it makes partitions. */
  static final String PARTITIONS = "hashtext('stripchart.reading.partitions')";

  /** As of {@link Changing#LOCK}. */
  public static final String CLOSING = Changing.LOCK;

  /** Held by one process at a time, while it works on rollups. */
  public static final String ROLLUPS = "hashtext('stripchart.rollup')";

  private AdvisoryLocks() {}
}
