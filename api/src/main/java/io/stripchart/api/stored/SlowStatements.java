package io.stripchart.api.stored;

import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statements that may read many rows, over connections that the whole process shares: a
 * connection has one statement at a time, and the others wait for their turn. Connections that fall
 * silent are replaced. For any context.
 */
public final class SlowStatements {
  private static final Logger log = LoggerFactory.getLogger(SlowStatements.class);

  /**
   * A plan is made once for each statement, as making one takes as long as many an answer; it
   * leaves out partitions when it runs. So it must not go by how few rows a partition had when it
   * was made: indexes are right for all of them. Compiling costs more than it saves.
   */
  private static final Map<String, String> PLANNING =
      Map.of("plan_cache_mode", "force_generic_plan", "enable_seqscan", "off", "jit", "off");

  private final Vertx vertx;
  private final DatabaseSettings settings;
  private final long patienceNanos;
  private Lane lane;

  /**
   * @param settings with how many connections there are, and how long a statement may take
   */
  public SlowStatements(Vertx vertx, DatabaseSettings settings) {
    this.vertx = vertx;
    this.settings = settings;
    // The server ends a statement that takes too long, and says so; a little later it is silent.
    this.patienceNanos = settings.statementTimeout().toNanos() / 100 * 105;
    this.lane = open();
  }

  /** A statement that was sent and is not answered. */
  private static final class Sent {
    private final long at = System.nanoTime();
  }

  private record Lane(Pool pool, Set<Sent> unanswered) {}

  private Lane open() {
    return new Lane(
        Database.pool(vertx, settings, "stripchart api", PLANNING), ConcurrentHashMap.newKeySet());
  }

  private synchronized Lane lane() {
    return lane;
  }

  /** A statement that waits for its turn or runs. */
  static final class Asked {
    private final Lane lane;
    private volatile boolean sent;
    private volatile boolean unwanted;

    private Asked(Lane lane) {
      this.lane = lane;
    }

    /** Whether it has waited for its turn alone, behind others that run. */
    boolean isCrowdedOut() {
      return !sent && !lane.unanswered.isEmpty();
    }

    /** Nobody wants its answer any more: it need not be sent. */
    void forget() {
      unwanted = true;
    }
  }

  Asked ask() {
    return new Asked(lane());
  }

  Future<RowSet<Row>> send(Asked asked, String sql, Tuple arguments) {
    return asked.lane.pool.withConnection(
        connection ->
            asked.unwanted
                ? Future.failedFuture("nobody waits for it")
                : send(asked, connection, sql, arguments));
  }

  private static Future<RowSet<Row>> send(
      Asked asked, SqlConnection connection, String sql, Tuple arguments) {
    asked.sent = true;
    var sent = new Sent();
    asked.lane.unanswered.add(sent);
    return connection
        .preparedQuery(sql)
        .execute(arguments)
        .onComplete(answer -> asked.lane.unanswered.remove(sent));
  }

  /** Where a statement that was sent should have been answered by now, and is not. */
  synchronized void replaceIfSilent() {
    long now = System.nanoTime();
    var silent = lane;
    if (silent.unanswered.stream().noneMatch(sent -> now - sent.at > patienceNanos)) return;
    log.warn("event=database_silent; its connections are replaced");
    lane = open();
    // Some of them may be sound, and busy.
    vertx.setTimer(settings.statementTimeout().toMillis(), later -> closing(silent));
  }

  private static void closing(Lane lane) {
    lane.pool
        .close()
        .onFailure(cause -> log.debug("event=close_failed cause=\"{}\"", cause.toString()));
  }

  public Future<Void> close() {
    return lane().pool.close();
  }
}
