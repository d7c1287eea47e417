package io.stripchart.persist.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/**
 * Which transactions stored readings lately. Whoever missed an announcement finds in it what it
 * was.
 */
public final class BatchLog {
  /** An hour is more than any listener is behind; who was away for longer reads the readings. */
  private static final String FORGET =
      """
      delete from stored_batch where ctid = any (array(
        select ctid from stored_batch where stored_at < now() - interval '1 hour' limit $1))""";

  private BatchLog() {}

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
