package io.stripchart.api.stored;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database, as one context asks it: short statements go over a pipelined connection of its own,
 * long ones over those of {@link SlowStatements}, so that they do not hold the short ones up. Every
 * answer comes within a time limit. A connection that falls silent is replaced.
 */
public final class DatabaseLink {
  private static final Logger log = LoggerFactory.getLogger(DatabaseLink.class);

  private final Vertx vertx;
  private final DatabaseSettings settings;
  private final Duration timeout;
  private final SlowStatements slow;
  private Lane quick;

  /**
   * @param settings after whose statement timeout the database ends a statement itself
   * @param timeout within which each statement is answered or given up; a little longer
   */
  public DatabaseLink(
      Vertx vertx, DatabaseSettings settings, Duration timeout, SlowStatements slow) {
    this.vertx = vertx;
    this.settings = settings;
    this.timeout = timeout;
    this.slow = slow;
    this.quick = openQuick();
  }

  /** A client and its last result. */
  private static final class Lane {
    private final SqlClient client;
    private long lastAnswer = System.nanoTime();

    private Lane(SqlClient client) {
      this.client = client;
    }
  }

  private Lane openQuick() {
    var one = new DatabaseSettings(settings.uri(), 1, settings.statementTimeout());
    return new Lane(Database.pipelined(vertx, one, "stripchart api quick", slow.identity()::check));
  }

  /**
   * A statement that touches few rows.
   *
   * @return fails with {@link ApiException}, or with another exception if it is a bug
   */
  Future<RowSet<Row>> quick(String sql, Tuple arguments) {
    var lane = quick;
    var promise = Promise.<RowSet<Row>>promise();
    long asked = System.nanoTime();
    long timer = vertx.setTimer(timeout.toMillis(), expired -> giveUp(lane, asked, promise));
    lane.client
        .preparedQuery(sql)
        .execute(arguments)
        .onComplete(
            answer -> {
              vertx.cancelTimer(timer);
              if (isAnswer(answer)) lane.lastAnswer = System.nanoTime();
              settle(promise, answer);
            });
    return promise.future();
  }

  /** A refusal is one too. */
  static boolean isAnswer(AsyncResult<?> answer) {
    return answer.succeeded() || answer.cause() instanceof PgException;
  }

  private void settle(Promise<RowSet<Row>> promise, AsyncResult<RowSet<Row>> answer) {
    if (answer.succeeded()) {
      promise.tryComplete(answer.result());
    } else {
      promise.tryFail(translate(answer.cause()));
    }
  }

  /**
   * A statement that may read many rows; otherwise as {@link #quick}. The time that it waits for
   * its turn counts against the timeout, which begins anew when another requester joins.
   */
  Future<RowSet<Row>> slow(String sql, Tuple arguments) {
    // That of the request, where the requester is known, and of its continuation.
    var caller = vertx.getOrCreateContext();
    var promise = Promise.<RowSet<Row>>promise();
    var asked = slow.ask(sql, arguments);
    var timer = new AtomicLong();
    giveUpAfter(timeout.toMillis(), asked, promise, timer);
    asked
        .answer()
        .onComplete(
            answer ->
                // It comes over a connection that may belong to another context.
                caller.runOnContext(
                    here -> {
                      vertx.cancelTimer(timer.get());
                      settle(promise, answer);
                    }));
    return promise.future();
  }

  private void giveUpAfter(
      long millis, SlowStatements.Asked asked, Promise<RowSet<Row>> promise, AtomicLong timer) {
    timer.set(
        vertx.setTimer(
            Math.max(1, millis),
            expired -> {
              if (promise.future().isComplete()) return;
              var waited = Duration.ofNanos(System.nanoTime() - asked.joinedAt());
              var left = timeout.minus(waited);
              if (left.toMillis() > 0) {
                giveUpAfter(left.toMillis(), asked, promise, timer);
              } else {
                boolean crowdedOut = slow.giveUp(asked);
                promise.tryFail(crowdedOut ? busy() : tooLate());
              }
            }));
  }

  /** Whether the database answers. */
  public Future<Void> probe() {
    return quick("select 1", Tuple.tuple()).mapEmpty();
  }

  /** Whether {@code reading} has so many partitions that a plan for all of them is slow. */
  boolean hasManyPartitions() {
    return slow.identity().hasManyPartitions();
  }

  /** Checks whether it is still the same database, and notifies holders of state if not. */
  public Future<Void> identify() {
    return quick(DatabaseIdentity.SQL, Tuple.tuple()).compose(slow.identity()::seen);
  }

  private void giveUp(Lane lane, long asked, Promise<RowSet<Row>> promise) {
    if (!promise.tryFail(tooLate())) return;
    // Others were answered meanwhile, so that this one statement is slow and the lane is sound.
    if (lane.lastAnswer - asked > 0) return;
    if (lane != quick) return;
    quick = openQuick();
    log.warn("event=database_silent; its connection is replaced");
    closing(lane);
  }

  private ApiException tooLate() {
    return new ApiException(
        Code.TIMEOUT,
        "the database has not answered within " + timeout + "; ask for less, or later");
  }

  private ApiException busy() {
    return new ApiException(
        Code.BUSY,
        "the database was busy with long queries of others for " + timeout + "; try again");
  }

  private RuntimeException translate(Throwable cause) {
    if (cause instanceof PgException refusal) return translate(refusal);
    if (cause instanceof ApiException known) return known;
    if (!(cause instanceof TimeoutException)) {
      log.debug("event=database_away cause=\"{}\"", cause.toString());
    }
    return away();
  }

  private RuntimeException translate(PgException refusal) {
    var state = refusal.getSqlState() == null ? "" : refusal.getSqlState();
    if (state.equals("57014")) return tooLate();
    if (state.equals("22003")) {
      return new ApiException(
          Code.BEYOND_RANGE, "the values are too large: beyond the range of a Float");
    }
    // Connection trouble, shutdown or start, too many connections.
    if (state.startsWith("08") || state.startsWith("57") || state.startsWith("53")) return away();
    // A table, a column or a function that persist makes when it starts.
    if (state.equals("42P01") || state.equals("42703") || state.equals("42883")) {
      return new ApiException(
          Code.DATABASE_AWAY,
          "the database has no schema yet, or an older one; try again in a moment");
    }
    return new IllegalStateException("the database refused a statement: " + state, refusal);
  }

  private static ApiException away() {
    return new ApiException(Code.DATABASE_AWAY, "the database is away; try again");
  }

  public Future<Void> close() {
    return quick.client.close();
  }

  private void closing(Lane lane) {
    lane.client
        .close()
        .onFailure(cause -> log.debug("event=close_failed cause=\"{}\"", cause.toString()));
  }
}
