package io.stripchart.persist.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;

/**
 * The log of batches: which transactions stored readings lately. Listeners find missed
 * announcements in it, and subscribers that were away find what was stored meanwhile.
 */
public final class BatchLog {
  /**
   * That the log no longer reaches so far back becomes visible together with its first deletion.
   */
  private static final String FORGET =
      """
      with kept as (
        update stored_batch_kept set since = greatest(since, now() - $2 * interval '1 second'))
      delete from stored_batch where ctid = any (array(
        select ctid from stored_batch where stored_at < now() - $2 * interval '1 second'
        limit $1))""";

  private BatchLog() {}

  /**
   * Forgets transactions of long ago.
   *
   * @param age of those that are kept
   * @param most that are forgotten at once
   * @return how many were
   */
  public static Future<Integer> forget(SqlClient client, Duration age, int most) {
    return client
        .preparedQuery(FORGET)
        .execute(Tuple.of(most, (double) age.toSeconds()))
        .map(rows -> rows.rowCount());
  }
}
