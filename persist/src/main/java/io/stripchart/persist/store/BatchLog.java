package io.stripchart.persist.store;

import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.TimeStretches;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/**
 * Which transactions stored readings lately. Whoever missed an announcement finds in it what it
 * was.
 */
public final class BatchLog {
  private static final String ADD =
      """
      insert into stored_batch (process, sequence, transaction, first_times, last_times, readings)
      values ($1, $2, pg_current_xact_id()::text::int8, $3, $4, $5)
      returning transaction""";

  /** An hour is more than any listener is behind; who was away for longer reads the readings. */
  private static final String FORGET =
      """
      delete from stored_batch where ctid = any (array(
        select ctid from stored_batch where stored_at < now() - interval '1 hour' limit $1))""";

  private BatchLog() {}

  /**
   * @param connection in the transaction that stored the readings
   * @return the transaction's number; 0 where nothing was added, and so nothing is noted
   */
  static Future<Long> add(SqlConnection connection, BatchNumber number, List<Reading> added) {
    if (added.isEmpty()) return Future.succeededFuture(0L);
    var times = TimeStretches.of(added);
    return connection
        .preparedQuery(ADD)
        .execute(
            Tuple.of(
                number.process(), number.sequence(), times.firsts(), times.lasts(), added.size()))
        .map(rows -> rows.iterator().next().getLong(0))
        .recover(failure -> Future.failedFuture(passing(failure)));
  }

  /** Whatever is wrong with a note, it is not the readings' fault. */
  private static Throwable passing(Throwable failure) {
    return Verdict.of(failure) == Verdict.TRANSIENT
        ? failure
        : new IllegalStateException("the batch could not be noted: " + failure, failure);
  }

  /**
   * Forgets transactions of more than an hour ago.
   *
   * @param most that are forgotten at once
   * @return how many were
   */
  public static Future<Integer> forget(SqlClient client, int most) {
    return client.preparedQuery(FORGET).execute(Tuple.of(most)).map(rows -> rows.rowCount());
  }
}
