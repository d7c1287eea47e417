package io.stripchart.api.stored;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which transactions a statement of the database saw.
 *
 * @param xmin all transactions before it had ended, and those of them that were committed are seen
 * @param xmax none from it on is seen
 * @param running those between the two that had not ended
 */
public record Snapshot(long xmin, long xmax, Set<Long> running) {
  /** A statement that takes one, as text. */
  static final String TAKE = "select pg_current_snapshot()::text";

  private static final long ROW_BITS = 0xFFFF_FFFFL;

  public Snapshot {
    running = Set.copyOf(running);
  }

  /**
   * @param text as PostgreSQL writes a {@code pg_snapshot}: {@code 10:20:10,14}
   */
  public static Snapshot of(String text) {
    var parts = text.split(":", -1);
    var running =
        parts[2].isEmpty()
            ? Set.<Long>of()
            : Arrays.stream(parts[2].split(",")).map(Long::valueOf).collect(Collectors.toSet());
    return new Snapshot(Long.parseLong(parts[0]), Long.parseLong(parts[1]), running);
  }

  /** Whether it sees what a transaction stored, provided that it was committed. */
  public boolean sees(long transaction) {
    return transaction < xmin || (transaction < xmax && !running.contains(transaction));
  }

  /**
   * Whether it sees a row that a later statement has read.
   *
   * <p>A row's {@code xmin} is the lower half of its transaction's number, so which one that is has
   * to be concluded. Not seen are only transactions from {@link #xmin} on, and whatever the later
   * statement has read came before that one's {@code nextTransaction}; as there are fewer than 2^32
   * between the two, one of them at most has that lower half. Where none has it, the row is older.
   * Rows that were frozen keep the {@code xmin} that they had, so an old one could be taken for a
   * new one, but only where 2^32 transactions lie between the two.
   *
   * @param rowXmin the row's {@code xmin}, without sign
   * @param nextTransaction a bound of the transactions that the later statement sees
   */
  boolean seesRow(long rowXmin, long nextTransaction) {
    long distance = (rowXmin - xmin) & ROW_BITS;
    return distance >= nextTransaction - xmin || sees(xmin + distance);
  }

  /** The {@code xmin} of rows that a transaction stored, as text. */
  static String rowXmin(long transaction) {
    return Long.toString(transaction & ROW_BITS);
  }

  /** As PostgreSQL writes it. */
  @Override
  public String toString() {
    return xmin
        + ":"
        + xmax
        + ":"
        + running.stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
  }
}
