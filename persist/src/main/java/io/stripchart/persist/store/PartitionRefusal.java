package io.stripchart.persist.store;

import io.stripchart.common.operations.OneLine;
import io.vertx.pgclient.PgException;
import java.util.Set;

/**
 * Why PostgreSQL cannot create a partition, where waiting does not help: another table has its
 * name, or part of its range.
 */
final class PartitionRefusal {
  private static final String DUPLICATE_TABLE = "42P07";
  private static final String CHECK_VIOLATION = "23514";

  /** Also of a type of that name, of a range that overlaps, and of a table that does not fit. */
  private static final Set<String> STATES =
      Set.of(DUPLICATE_TABLE, "42710", "42P17", "42P16", "42804", CHECK_VIOLATION);

  private PartitionRefusal() {}

  static boolean isOne(Throwable failure) {
    return failure instanceof PgException refusal && STATES.contains(refusal.getSqlState());
  }

  /** The default partition has rows that would belong to the new one. */
  static boolean isByDefaultPartition(Throwable failure) {
    return failure instanceof PgException refusal && CHECK_VIOLATION.equals(refusal.getSqlState());
  }

  static String reason(PartitionRange range, Throwable failure) {
    var because = OneLine.of(failure);
    if (failure instanceof PgException refusal && DUPLICATE_TABLE.equals(refusal.getSqlState())) {
      return "no partition can be made for %s to %s: a table %s exists that is no partition of"
              .formatted(range.from(), range.to(), range.tableName())
          + " reading; attach it again, or rename it, and publish the message again";
    }
    return "no partition can be made for %s to %s: %s".formatted(range.from(), range.to(), because);
  }
}
