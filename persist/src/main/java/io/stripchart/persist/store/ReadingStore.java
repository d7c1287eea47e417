package io.stripchart.persist.store;

import io.stripchart.common.database.Changing;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Stores readings, each once. Belongs to one context; one {@link #store} at a time.
 *
 * <p>Any number of processes may store at once: series are created in the order of their names and
 * rows inserted and hours marked in the order of their keys, so that none waits for another in a
 * circle.
 */
public final class ReadingStore {
  public static final int DEFAULT_MAX_SERIES = 1_000_000;

  /** For how long a transaction waits for a lock by default, as {@link Changing#BEGIN} has it. */
  public static final int LOCK_MILLIS = 5_000;

  /**
   * The rows, then the marks of the closed hours that any of them was added to, and the note. A
   * mark is updated if it is there, so that this takes its lock, and waits for its repair. Nothing
   * is stored if the ids of series may have become those of other names.
   */
  private static final String STORE =
      """
      with put as (
        insert into reading (series_id, time, value)
        select * from unnest($1::int4[], $2::timestamptz[], $3::float8[])
        where $8::uuid = (select marker from series_marker)
        on conflict do nothing
        returning series_id, time),
      marked as (
        insert into late_hour (series_id, hour)
        select distinct series_id, date_trunc('hour', time, 'UTC')
        from put
        where time < (select max(closed_until) from rollup)
        order by 1, 2
        on conflict (series_id, hour) do update set hour = excluded.hour),
      noted as (
        insert into stored_batch (process, sequence, transaction, first_times, last_times, readings)
        select $4::uuid, $5::int8, pg_current_xact_id()::text::int8, $6::timestamptz[],
          $7::timestamptz[], count(*)::int4
        from put
        having count(*) > 0)
      select count(*)::int4, pg_current_xact_id()::text::int8,
        $8::uuid = (select marker from series_marker)
      from put""";

  /** What the transaction $3 did not insert. */
  private static final String STORED_BEFORE =
      "select place, value from readings_stored_before($1, $2, $3 % (1::int8 << 32))";

  /** What is written together with the readings. */
  private static final Set<String> OWN = Set.of("late_hour", "stored_batch");

  private final Pool pool;
  private final SeriesStore series;
  private final PartitionStore partitions;

  /**
   * One whose {@link #store} waits for partitions that it lacks; as many series as there may be by
   * default.
   */
  public ReadingStore(Pool pool, int partitionDays) {
    this(pool, partitionDays, DEFAULT_MAX_SERIES);
  }

  /**
   * @param maxSeries of the database; readings of others fail with {@link SeriesLimitException}
   */
  public ReadingStore(Pool pool, int partitionDays, int maxSeries) {
    this.pool = pool;
    this.series = new SeriesStore(maxSeries);
    this.partitions =
        new PartitionStore(
            pool, new PartitionSettings(partitionDays), true, PartitionProgress.none());
  }

  /**
   * One whose {@link #store} fails with {@link MissingPartitionException} where partitions are
   * lacking, and makes them meanwhile.
   */
  public ReadingStore(
      Pool pool, PartitionSettings settings, int maxSeries, PartitionProgress progress) {
    this.pool = pool;
    this.series = new SeriesStore(maxSeries);
    this.partitions = new PartitionStore(pool, settings, false, progress);
  }

  /** Whether one of the readings waits for a partition that is still to be made. */
  public boolean isAwaited(List<Reading> readings) {
    return partitions.isAwaited(readings);
  }

  /** The partition that a reading of this time belongs to. */
  public PartitionRange partition(Instant time) {
    return partitions.around(time);
  }

  /** How many partitions are still to be made. */
  public int wantedPartitions() {
    return partitions.wanted();
  }

  /** Makes no more partitions. */
  public void close() {
    partitions.close();
  }

  /**
   * Stores them in one transaction, and creates missing series and partitions. If any reading is
   * new, the transaction is also noted in the {@link BatchLog}.
   *
   * @param number not used by a transaction that stored something, or may have
   * @return fails with an exception for {@link Verdict}; then it may still have been committed, and
   *     storing the same again is safe
   */
  public Future<Stored> store(BatchNumber number, List<Reading> readings) {
    return store(number, readings, LOCK_MILLIS);
  }

  /**
   * The same.
   *
   * @param lockMillis after which waiting for the lock of a partition or a row fails
   */
  public Future<Stored> store(BatchNumber number, List<Reading> readings, int lockMillis) {
    return partitions
        .cover(readings)
        .compose(covered -> transaction(number, readings, lockMillis))
        .onSuccess(stored -> series.keep())
        .onFailure(this::forgetAfter);
  }

  /**
   * The server may be another one than before, or have an earlier state of its files, so nothing
   * that was read from it is valid.
   *
   * @param connection a new one, which is closed, as its pool has it
   */
  public void connected(SqlConnection connection) {
    series.forget();
    partitions.forget();
    connection.close();
  }

  /**
   * The next database may be another one or a restored one, or a partition may have been dropped; a
   * refusal or a lock alone does not mean that.
   */
  private void forgetAfter(Throwable failure) {
    if (Verdict.of(failure) != Verdict.TRANSIENT
        || failure instanceof MissingPartitionException
        || Verdict.isLocked(failure)) return;
    series.forget();
    partitions.forget();
  }

  /**
   * Begin, rows and commit are sent without waiting for results, so they cost one round trip. The
   * server runs them in order. If one fails, the following ones do nothing, so the first failure
   * counts.
   */
  private Future<Stored> transaction(BatchNumber number, List<Reading> readings, int lockMillis) {
    return pool.withConnection(
        connection -> {
          var begun = connection.query(begin(lockMillis)).execute();
          return series
              .ids(connection, readings)
              .map(ids -> Rows.of(readings, ids))
              .recover(failure -> rollback(connection).compose(ended -> failed(begun, failure)))
              .compose(
                  rows ->
                      storeAndCommit(connection, number, rows, series.marker())
                          // A transaction that did not begin had no lock either, and does not count
                          // as stored.
                          .compose(stored -> begun.map(stored))
                          .recover(failure -> failed(begun, failure)));
        });
  }

  /** If it did not begin, that is the failure to report. */
  private static <T> Future<T> failed(Future<?> begun, Throwable failure) {
    return begun.compose(began -> Future.failedFuture(passing(failure)));
  }

  /** Closing the hours, which all wait for, counts by the default. */
  private static String begin(int lockMillis) {
    return lockMillis == LOCK_MILLIS
        ? Changing.BEGIN
        : Changing.BEGIN + ";\nset local lock_timeout = " + lockMillis;
  }

  /** That of a lost connection has ended anyway. */
  private static Future<Void> rollback(SqlConnection connection) {
    return connection.query("rollback").execute().otherwiseEmpty().mapEmpty();
  }

  /** Whatever is wrong with a mark or a note, it is not the readings' fault. */
  private static Throwable passing(Throwable failure) {
    return failure instanceof PgException refusal
            && refusal.getTable() != null
            && OWN.contains(refusal.getTable())
        ? new IllegalStateException("the batch could not be noted: " + failure, failure)
        : failure;
  }

  private static Future<Stored> storeAndCommit(
      SqlConnection connection, BatchNumber number, Rows rows, UUID marker) {
    var arguments = rows.columns(number).addUUID(marker);
    var stored = connection.preparedQuery(STORE).execute(arguments);
    // After a failure it rolls back, so that nothing else need be sent.
    var committed = connection.query("commit").execute();
    return stored
        .recover(
            failure -> committed.otherwiseEmpty().compose(ended -> Future.failedFuture(failure)))
        .compose(
            answer ->
                committed.compose(
                    done -> {
                      var row = answer.iterator().next();
                      if (!Boolean.TRUE.equals(row.getBoolean(2)))
                        return Future.failedFuture(renamed());
                      return told(connection, rows, row.getInteger(0), row.getLong(1));
                    }));
  }

  private static Throwable renamed() {
    return new IllegalStateException(
        "the ids of series are no longer those that were read: the database was restored");
  }

  private static Future<Stored> told(
      SqlConnection connection, Rows rows, int added, long transaction) {
    if (added == rows.size()) {
      return Future.succeededFuture(Stored.of(rows, Map.of()).in(transaction));
    }
    return connection
        .preparedQuery(STORED_BEFORE)
        .execute(rows.keys().addLong(transaction))
        .map(before -> Stored.of(rows, values(before)).in(added == 0 ? 0 : transaction));
  }

  private static Map<Integer, Double> values(RowSet<Row> before) {
    var values = new HashMap<Integer, Double>();
    for (var row : before) values.put((int) (row.getLong(0) - 1), row.getDouble(1));
    return values;
  }
}
