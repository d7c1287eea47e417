package io.stripchart.ingest.control;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The feeds that were switched by hand, in the database. Every call ends within seconds. */
public final class FeedSwitchStore {
  private static final long PATIENCE_MILLIS = 3_000;

  private static final String READ =
      """
      select feed, is_on from feed_switch
      where feed = any($1)""";

  private static final String WRITE =
      """
      insert into feed_switch (feed, is_on) values ($1, $2)
      on conflict (feed) do update
      set is_on = excluded.is_on, changed_at = now()""";

  private final Pool pool;

  public FeedSwitchStore(Pool pool) {
    this.pool = pool;
  }

  /**
   * @return those of the feeds that were ever switched, and whether they are on; fails if the
   *     database is away or has no such table yet
   */
  Future<Map<String, Boolean>> read(Collection<String> feeds) {
    return pool.preparedQuery(READ)
        .execute(Tuple.of(feeds.toArray(String[]::new)))
        .map(
            rows -> {
              Map<String, Boolean> switches = new HashMap<>();
              rows.forEach(row -> switches.put(row.getString(0), row.getBoolean(1)));
              return switches;
            })
        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * @return fails if it may or may not have been written
   */
  Future<Void> write(String feed, boolean on) {
    return pool.preparedQuery(WRITE)
        .execute(Tuple.of(feed, on))
        .<Void>mapEmpty()
        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  public Future<Void> close() {
    return pool.close();
  }
}
