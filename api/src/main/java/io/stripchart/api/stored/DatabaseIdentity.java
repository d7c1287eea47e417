package io.stripchart.api.stored;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which database answers, and whether it has many partitions. It is looked at on every new
 * connection, before anything else is asked over it, as a server has to be started to have another
 * state of its files; and from time to time, as rows may be restored while it runs. For any
 * context.
 */
public final class DatabaseIdentity {
  private static final Logger log = LoggerFactory.getLogger(DatabaseIdentity.class);

  /**
   * An expression that identifies the database and its tables, and the marker, which changes when
   * ids of series may mean other names.
   */
  static final String TABLES =
      """
      (select concat_ws(' ',
        (select system_identifier from pg_control_system()),
        (select oid from pg_database where datname = current_database()),
        'series'::regclass::oid, 'stored_batch'::regclass::oid,
        (select marker from series_marker)))\
      """;

  /**
   * Of more partitions, a plan that is right for any parameters takes longer to make, and to lock
   * what it names, than many plans for the few partitions that the parameters leave.
   */
  private static final int MANY_PARTITIONS = 200;

  /** Where there are many, this connection makes a plan for each execution from now on. */
  static final String SQL =
"""
select pg_postmaster_start_time()::text, TABLES, many,
  set_config('plan_cache_mode',
    case when many then 'force_custom_plan' else current_setting('plan_cache_mode') end, false)
from (
  select count(*) > MANY_PARTITIONS as many
  from (
    select from pg_inherits where inhparent = 'reading'::regclass
    limit MANY_PARTITIONS + 1) as partition) as partitions\
"""
          .replace("TABLES", TABLES)
          .replace("MANY_PARTITIONS", Integer.toString(MANY_PARTITIONS));

  /** Holds state that is valid for one database only. */
  private record Listener(Context context, Consumer<Boolean> task) {}

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private String started;
  private String tables;
  private Future<Void> told = Future.succeededFuture();
  private volatile boolean manyPartitions;

  boolean hasManyPartitions() {
    return manyPartitions;
  }

  /**
   * @param context where the task runs
   * @param task runs when the server was restarted, so that the database may be of an earlier time;
   *     receives whether it is known to be another one
   */
  public void onChange(Context context, Consumer<Boolean> task) {
    listeners.add(new Listener(context, task));
  }

  public void remove(Context context) {
    listeners.removeIf(listener -> listener.context == context);
  }

  /** Checks the database of a new connection, and returns the connection to its pool. */
  void check(SqlConnection connection) {
    connection
        .query(SQL)
        .execute()
        .compose(this::seen)
        .onFailure(cause -> log.debug("event=database_unidentified cause=\"{}\"", cause.toString()))
        .onComplete(checked -> connection.close());
  }

  /**
   * @return completes when all holders of state are notified
   */
  synchronized Future<Void> seen(RowSet<Row> rows) {
    var row = rows.iterator().next();
    boolean isFirst = started == null;
    boolean isAnother = !row.getString(1).equals(tables);
    boolean isSame = !isAnother && row.getString(0).equals(started);
    started = row.getString(0);
    tables = row.getString(1);
    manyPartitions = row.getBoolean(2);
    if (!isFirst && !isSame) {
      log.info("event=database_changed another={}", isAnother);
      told = tell(isAnother);
    }
    // Who sees the same a moment later waits for it too.
    return told;
  }

  private Future<Void> tell(boolean isAnother) {
    return Future.join(listeners.stream().map(one -> tell(one, isAnother)).toList()).mapEmpty();
  }

  private static Future<Void> tell(Listener listener, boolean isAnother) {
    var promise = Promise.<Void>promise();
    listener.context.runOnContext(
        turn -> {
          try {
            listener.task.accept(isAnother);
          } finally {
            promise.complete();
          }
        });
    return promise.future();
  }
}
