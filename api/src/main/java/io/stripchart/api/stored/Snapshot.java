package io.stripchart.api.stored;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The transactions that a statement of the database saw.
 *
 * <p>After a crash, the database can assign numbers of transactions again: those of which nothing
 * had reached the disk, because they were rolled back or stored nothing. So a number below {@link
 * #xmax} may later be that of a transaction that the snapshot did not see. Numbers of batches are
 * never reused, and so distinguish the two: see {@link #isDoubtful}.
 *
 * @param xmin all transactions before it had ended, and the committed ones are seen
 * @param xmax no transaction from it on is seen
 * @param running those between the two that had not ended
 * @param numbers for each persist process the greatest number of a batch that is seen and still
 *     noted
 */
public record Snapshot(long xmin, long xmax, Set<Long> running, Map<UUID, Long> numbers) {
  /**
   * An expression that is one, as text. The greatest numbers are found by one look into the index
   * for each process.
   */
  public static final String TEXT =
      """
      (select pg_current_snapshot()::text || ' ' || coalesce((
        with recursive newest (process, sequence) as (
          (select process, sequence from stored_batch
           order by process desc, sequence desc limit 1)
          union all
          select next.process, next.sequence
          from newest cross join lateral (
            select process, sequence from stored_batch where process < newest.process
            order by process desc, sequence desc limit 1) as next)
        select string_agg(process || '=' || sequence, ',') from newest), ''))""";

  /** A statement that takes one, as text. */
  static final String TAKE = "select " + TEXT;

  private static final long ROW_BITS = 0xFFFF_FFFFL;

  public Snapshot {
    running = Set.copyOf(running);
    numbers = Map.copyOf(numbers);
  }

  /** One that saw no batch that is noted. */
  public Snapshot(long xmin, long xmax, Set<Long> running) {
    this(xmin, xmax, running, Map.of());
  }

  /**
   * @param text as {@link #TEXT} gives it: {@code 10:20:10,14}, and behind a space the processes
   *     and their numbers, {@code a=7,b=9}
   */
  public static Snapshot of(String text) {
    int end = text.indexOf(' ');
    var parts = (end < 0 ? text : text.substring(0, end)).split(":", -1);
    var running =
        parts[2].isEmpty()
            ? Set.<Long>of()
            : Arrays.stream(parts[2].split(",")).map(Long::valueOf).collect(Collectors.toSet());
    return new Snapshot(
        Long.parseLong(parts[0]),
        Long.parseLong(parts[1]),
        running,
        numbers(end < 0 ? "" : text.substring(end + 1)));
  }

  private static Map<UUID, Long> numbers(String text) {
    var numbers = new HashMap<UUID, Long>();
    if (text.isEmpty()) return numbers;
    for (var one : text.split(",", -1)) {
      int sign = one.indexOf('=');
      numbers.put(UUID.fromString(one.substring(0, sign)), Long.valueOf(one.substring(sign + 1)));
    }
    return numbers;
  }

  /** Whether it sees the readings of a transaction, provided that it was committed. */
  public boolean sees(long transaction) {
    return transaction < xmin || (transaction < xmax && !running.contains(transaction));
  }

  /**
   * Whether a batch that is seen by the number of its transaction is not seen by its own number:
   * the number of the transaction was given out again after a crash, or nothing was noted of the
   * batch. A later snapshot decides.
   *
   * @param process null if the batch has no number
   */
  public boolean isDoubtful(UUID process, long sequence, long transaction) {
    return process != null
        && sees(transaction)
        && sequence > numbers.getOrDefault(process, Long.MIN_VALUE);
  }

  /**
   * Whether it sees a row that a later statement has read. Right also after a crash of the
   * database, if a transaction with a number of {@link #xmax} or greater was committed before it.
   *
   * <p>A row's {@code xmin} is the lower half of its transaction's number, so which one that is has
   * to be concluded. Not seen are only transactions from {@link #xmin} on, and whatever the later
   * statement has read came before that one's {@code nextTransaction}; as there are fewer than 2^32
   * between the two, one of them at most has that lower half. If none has it, the row is older.
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

  /** Without the numbers, as PostgreSQL writes a {@code pg_snapshot}. */
  String transactions() {
    return xmin
        + ":"
        + xmax
        + ":"
        + running.stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
  }
}
