package io.stripchart.api.stored;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.turns.FairTurns;
import io.stripchart.api.turns.Requester;
import io.stripchart.api.turns.Waiters;
import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statements that may read many rows, over connections that the whole process shares: a
 * connection has one statement at a time, and the others wait for their turn, which is fair between
 * those who ask. A statement never waits in the pool, which has as many connections as statements
 * may run. Connections that fall silent are replaced. For any context.
 */
public final class SlowStatements {
  private static final Logger log = LoggerFactory.getLogger(SlowStatements.class);

  /** Statements of one connection that may wait; a websocket has up to 100 operations. */
  static final int MAX_OF_CONNECTION = 200;

  static final int MAX_OF_ADDRESS = 2_000;
  static final int MAX_WAITING = 5_000;

  /**
   * A plan is made once for each statement, as making one takes as long as many an answer; it
   * leaves out partitions when it runs. So it must not go by how few rows a partition had when it
   * was made: indexes are right for all of them. Compiling costs more than it saves. Of many
   * partitions, see {@link DatabaseIdentity#SQL}.
   */
  private static final Map<String, String> PLANNING =
      Map.of("plan_cache_mode", "force_generic_plan", "enable_seqscan", "off", "jit", "off");

  private final Vertx vertx;
  private final DatabaseSettings settings;
  private final long patienceNanos;
  private final FairTurns<Asked> turns;
  private final DatabaseIdentity identity = new DatabaseIdentity();
  private Lane lane;

  /**
   * @param settings with how many connections there are, beside two that are opened only while a
   *     client waits that has no statement running; and how long a statement may take
   */
  public SlowStatements(Vertx vertx, DatabaseSettings settings) {
    this(vertx, settings, true);
  }

  /**
   * @param reserved whether the two connections are opened; else there are no more than the
   *     settings have
   */
  SlowStatements(Vertx vertx, DatabaseSettings settings, boolean reserved) {
    var limits =
        new FairTurns.Limits(
            settings.poolSize(), reserved, MAX_OF_CONNECTION, MAX_OF_ADDRESS, MAX_WAITING);
    this.vertx = vertx;
    this.settings =
        new DatabaseSettings(settings.uri(), limits.places(), settings.statementTimeout());
    // The server ends a statement that takes too long, and says so; a little later it is silent.
    this.patienceNanos = settings.statementTimeout().toNanos() / 100 * 105;
    this.turns = new FairTurns<>(limits);
    this.lane = open();
  }

  private static final class Lane {
    private final Pool pool;
    private final boolean manyPartitions;
    private final Set<Asked> unanswered = ConcurrentHashMap.newKeySet();
    private volatile long lastAnswer = System.nanoTime();

    private Lane(Pool pool, boolean manyPartitions) {
      this.pool = pool;
      this.manyPartitions = manyPartitions;
    }
  }

  private Lane open() {
    var pool = Database.pool(vertx, settings, "stripchart api", PLANNING, identity::check);
    return new Lane(pool, identity.hasManyPartitions());
  }

  /** Which database answers. */
  public DatabaseIdentity identity() {
    return identity;
  }

  /** A statement that waits for its turn or runs. */
  static final class Asked {
    private final String sql;
    private final Tuple arguments;
    private final Promise<RowSet<Row>> answer = Promise.promise();

    /** In whose turns it waits or waited. */
    private final Set<Requester> requesters = new LinkedHashSet<>();

    /** In whose turn it runs. */
    private Requester turn;

    private volatile long joinedAt;
    private volatile Lane lane;
    private volatile long sentAt;

    private Asked(String sql, Tuple arguments) {
      this.sql = sql;
      this.arguments = arguments;
    }

    /** Completes on any context. */
    Future<RowSet<Row>> answer() {
      return answer.future();
    }

    /** When the last requester began to wait for it, as {@link System#nanoTime}. */
    long joinedAt() {
      return joinedAt;
    }
  }

  /** Runs it in a turn of one of those that the current context works for. */
  Asked ask(String sql, Tuple arguments) {
    var asked = new Asked(sql, arguments);
    var waiters = Waiters.current();
    Consumer<Requester> joined = requester -> join(asked, requester);
    waiters.follow(joined).forEach(joined);
    // Not kept with its rows by those who wait for the whole answer.
    asked.answer().onComplete(done -> waiters.leave(joined));
    if (isRefused(asked)) {
      asked.answer.tryFail(
          new ApiException(
              Code.BUSY,
              "too many queries of this client wait for the database; try again when some of them"
                  + " are answered"));
    }
    return asked;
  }

  private void join(Asked asked, Requester requester) {
    asked.joinedAt = System.nanoTime();
    synchronized (this) {
      if (asked.lane != null || asked.requesters.contains(requester)) return;
      if (asked.answer().isComplete()) return;
      if (!turns.add(requester, asked)) return;
      asked.requesters.add(requester);
    }
    startNext();
  }

  private synchronized boolean isRefused(Asked asked) {
    return asked.requesters.isEmpty();
  }

  private void startNext() {
    for (var asked : takeNext()) start(asked);
  }

  private synchronized List<Asked> takeNext() {
    // Its connections have plans for few partitions, or for many.
    if (lane.manyPartitions != identity.hasManyPartitions()) replaceLane();
    var next = new ArrayList<Asked>();
    for (var turn = turns.next(); turn != null; turn = turns.next()) {
      var asked = turn.task();
      asked.lane = lane;
      asked.turn = turn.requester();
      if (asked.requesters.size() > 1) removeFromTurns(asked);
      next.add(asked);
    }
    return next;
  }

  private void removeFromTurns(Asked asked) {
    asked.requesters.forEach(requester -> turns.remove(requester, asked));
  }

  private void start(Asked asked) {
    var from = asked.lane;
    from.pool
        .withConnection(
            connection -> {
              asked.sentAt = System.nanoTime();
              from.unanswered.add(asked);
              return connection.preparedQuery(asked.sql).execute(asked.arguments);
            })
        .onComplete(
            answer -> {
              from.unanswered.remove(asked);
              if (DatabaseLink.isAnswer(answer)) from.lastAnswer = System.nanoTime();
              ended(asked, from);
              asked.answer.handle(answer);
            });
  }

  private void ended(Asked asked, Lane from) {
    synchronized (this) {
      // Statements of replaced connections no longer count.
      if (from == lane) turns.ended(asked.turn);
    }
    startNext();
  }

  /**
   * The requester does not wait for the answer any longer. A statement that was not sent is never
   * sent.
   *
   * @return whether its turn had not come, while others were answered
   */
  boolean giveUp(Asked asked) {
    boolean waited;
    long lastAnswer;
    synchronized (this) {
      waited = asked.lane == null;
      removeFromTurns(asked);
      lastAnswer = lane.lastAnswer;
    }
    if (waited) {
      asked.answer.tryFail(new ApiException(Code.BUSY, "the statement had no turn"));
    } else {
      replaceIfSilent();
    }
    return waited && lastAnswer - asked.joinedAt > 0;
  }

  /**
   * The client has closed its connection. Its statements that were not sent are never sent, unless
   * another client waits for them.
   */
  public void closed(Requester requester) {
    var unwanted = new ArrayList<Asked>();
    synchronized (this) {
      for (var asked : turns.removeAll(requester)) {
        asked.requesters.remove(requester);
        if (asked.requesters.isEmpty()) unwanted.add(asked);
      }
    }
    for (var asked : unwanted) {
      asked.answer.tryFail(new ApiException(Code.BUSY, "the client has closed its connection"));
    }
  }

  /** If a statement that was sent should have been answered by now, and is not. */
  private void replaceIfSilent() {
    long now = System.nanoTime();
    synchronized (this) {
      if (lane.unanswered.stream().noneMatch(one -> now - one.sentAt > patienceNanos)) return;
      log.warn("event=database_silent; its connections are replaced");
      replaceLane();
    }
    startNext();
  }

  private void replaceLane() {
    var replaced = lane;
    lane = open();
    turns.abandonRunning();
    // Some connections may be sound, and busy.
    vertx.setTimer(settings.statementTimeout().toMillis(), later -> closing(replaced));
  }

  private static void closing(Lane lane) {
    lane.pool
        .close()
        .onFailure(cause -> log.debug("event=close_failed cause=\"{}\"", cause.toString()));
  }

  public Future<Void> close() {
    List<Asked> waiting;
    Pool pool;
    synchronized (this) {
      waiting = turns.clear();
      pool = lane.pool;
    }
    waiting.forEach(asked -> asked.answer.tryFail("the api stops"));
    return pool.close();
  }
}
