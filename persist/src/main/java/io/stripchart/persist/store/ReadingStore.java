package io.stripchart.persist.store;

import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stores readings, each once. Belongs to one context; one {@link #store} at a time.
 *
 * <p>Any number of processes may store at once: series are created in the order of their names and
 * rows inserted and hours marked in the order of their keys, so that none waits for another in a
 * circle.
 */
public final class ReadingStore {
  private static final String STORE =
      """
      insert into reading (series_id, time, value)
      select * from unnest($1::int4[], $2::timestamptz[], $3::float8[])
      on conflict do nothing""";

  /** What this transaction did not insert; the bounds keep other partitions out of it. */
  private static final String STORED_BEFORE =
      """
      select batch.place, reading.value
      from unnest($1::int4[], $2::timestamptz[]) with ordinality as batch (series_id, time, place)
      join reading using (series_id, time)
      where reading.time between $3 and $4
        and reading.xmin <> pg_current_xact_id()::xid""";

  private final Pool pool;
  private final SeriesStore series = new SeriesStore();
  private final PartitionStore partitions;

  public ReadingStore(Pool pool, int partitionDays) {
    this.pool = pool;
    this.partitions = new PartitionStore(pool, new PartitionGrid(partitionDays));
  }

  /**
   * Stores them in one transaction; series and partitions that are missing are made. Where any of
   * them is new, the transaction is noted in the {@link BatchLog} too.
   *
   * @param number of no transaction that stored something, or may have
   * @return fails as {@link Verdict} tells; then it may still have been committed, and storing the
   *     same again is safe
   */
  public Future<Stored> store(BatchNumber number, List<Reading> readings) {
    return partitions
        .cover(readings)
        .compose(covered -> transaction(number, readings))
        .onSuccess(stored -> series.keep())
        .onFailure(this::forgetAfter);
  }

  /**
   * The database that answers next may be another one, or one that was restored, or somebody took a
   * partition away; a mere refusal tells nothing of that kind.
   */
  private void forgetAfter(Throwable failure) {
    if (Verdict.of(failure) != Verdict.TRANSIENT) return;
    series.forget();
    partitions.forget();
  }

  /**
   * The note is sent along without being waited for before the commit is, so that it costs no round
   * trip; the server goes through them one by one.
   */
  private Future<Stored> transaction(BatchNumber number, List<Reading> readings) {
    var noted = new AtomicReference<>(Future.succeededFuture(0L));
    return pool.withTransaction(
            connection ->
                store(connection, readings)
                    .map(
                        stored -> {
                          noted.set(BatchLog.add(connection, number, stored.added()));
                          return stored;
                        }))
        .compose(
            stored -> noted.get().map(stored::in),
            // Where the note had failed, the commit was bound to.
            failure -> noted.get().compose(note -> Future.failedFuture(failure)));
  }

  /**
   * What is sent first is not waited for before the rest is sent, so that it costs no round trip;
   * the server goes through it one by one.
   */
  private Future<Stored> store(SqlConnection connection, List<Reading> readings) {
    var closedUntil = LateHours.closedUntil(connection);
    return series
        .ids(connection, readings)
        .compose(
            ids ->
                insert(connection, Rows.of(readings, ids))
                    .compose(
                        stored ->
                            closedUntil
                                .map(closed -> LateHours.of(stored.added(), ids, closed))
                                .compose(late -> late.mark(connection))
                                .map(stored)))
        // Where that had failed, whatever followed in the transaction was bound to.
        .recover(failure -> closedUntil.compose(closed -> Future.failedFuture(failure)));
  }

  private static Future<Stored> insert(SqlConnection connection, Rows rows) {
    return connection
        .preparedQuery(STORE)
        .execute(rows.columns())
        .compose(
            inserted ->
                inserted.rowCount() == rows.size()
                    ? Future.succeededFuture(Stored.of(rows, Map.of()))
                    : tellApart(connection, rows));
  }

  private static Future<Stored> tellApart(SqlConnection connection, Rows rows) {
    return connection
        .preparedQuery(STORED_BEFORE)
        .execute(rows.keys())
        .map(before -> Stored.of(rows, values(before)));
  }

  private static Map<Integer, Double> values(RowSet<Row> before) {
    var values = new HashMap<Integer, Double>();
    for (var row : before) values.put((int) (row.getLong(0) - 1), row.getDouble(1));
    return values;
  }
}
