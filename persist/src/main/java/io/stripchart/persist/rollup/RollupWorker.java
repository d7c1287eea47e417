package io.stripchart.persist.rollup;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.micrometer.core.instrument.MeterRegistry;
import io.stripchart.common.Backoff;
import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.operations.OneLine;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeatedly closes minutes, rolls them up, repairs rollups of late readings, computes minutes of
 * dense hours, applies retention, and shortens the log of batches. Any number of processes may run
 * one: their steps take turns. Failed steps are retried; until then answers stay exact, only
 * slower. Belongs to one context.
 */
public final class RollupWorker {
  private static final Logger log = LoggerFactory.getLogger(RollupWorker.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));
  private static final int CLOSE_SECONDS = 2;

  /** Of one kind, that have something to do; then the others have their turn. */
  static final int MAX_STEPS = 100;

  /** A day of a hundred series at one reading a second takes seconds, on a busy machine more. */
  private static final Duration STEP = Duration.ofMinutes(10);

  private final Vertx vertx;
  private final RollupSettings settings;
  private final Pool pool;
  private final RollupMetrics metrics;
  private final Turn turn;
  private final List<Supplier<Future<Void>>> steps;
  private final RetentionGuard guard;
  private int failed;
  private boolean stopped;

  /** Whether work is left now, and not only work that becomes due. */
  private boolean left;

  private long timer = -1;

  /**
   * @param database asked on one connection of its own, so that nothing here holds up storing
   */
  public RollupWorker(
      Vertx vertx, DatabaseSettings database, RollupSettings settings, MeterRegistry registry) {
    this.vertx = vertx;
    this.settings = settings;
    pool = Database.pool(vertx, patient(database), "stripchart rollup");
    metrics = new RollupMetrics(registry, Clock.systemUTC());
    turn = new Turn(pool);
    guard = new RetentionGuard(metrics, Clock.systemUTC(), System::nanoTime);
    steps =
        List.of(
            new Closing(pool)::run,
            new Rolling(turn, metrics)::run,
            some(new Repairing(turn, metrics)::run),
            some(new Refining(turn, metrics)::run),
            new Retention(turn, settings.retention(), metrics, Optional.of(guard))::run,
            new Forgetting(turn, settings.resume())::run);
  }

  private static DatabaseSettings patient(DatabaseSettings database) {
    var timeout = database.statementTimeout();
    return new DatabaseSettings(database.uri(), 1, timeout.compareTo(STEP) > 0 ? timeout : STEP);
  }

  /** Why partitions are kept that are too old by a clock, if any; any thread. */
  public Optional<String> retentionHeldBack() {
    return guard.heldBack();
  }

  /** To be called once the database has its tables. */
  public void start() {
    if (stopped) return;
    left = false;
    Future<Void> round = Future.succeededFuture();
    for (var step : steps) round = then(round, step);
    then(round, this::look).onSuccess(done -> worked()).onFailure(this::failed);
  }

  private Supplier<Future<Void>> some(Supplier<Future<Boolean>> step) {
    return () -> step.get().onSuccess(more -> left |= more).mapEmpty();
  }

  /** Each step runs even if an earlier one failed; the first failure is reported. */
  private static Future<Void> then(Future<Void> before, Supplier<Future<Void>> step) {
    return before.transform(
        earlier -> step.get().transform(done -> earlier.failed() ? before : told(done)));
  }

  private static Future<Void> told(AsyncResult<Void> done) {
    return done.failed() ? Future.failedFuture(done.cause()) : Future.succeededFuture();
  }

  private Future<Void> look() {
    if (stopped) return Future.succeededFuture();
    return RollupStore.watermarks(pool)
        .compose(
            now ->
                RollupStore.marks(pool).onSuccess(marks -> metrics.seen(now.rolledUntil(), marks)))
        .mapEmpty();
  }

  private void worked() {
    if (failed > 0) log.info("event=rollup_back failures={}", failed);
    failed = 0;
    again(left ? Duration.ZERO : settings.interval());
  }

  private void failed(Throwable failure) {
    if (stopped) return;
    metrics.failures.increment();
    if (failed == 0) {
      log.warn(
          "event=rollup_failed cause=\"{}\"; trying again until it works, and answers are exact"
              + " meanwhile",
          OneLine.of(failure));
    }
    log.debug("event=rollup_failed", failure);
    again(BACKOFF.delay(failed++, ThreadLocalRandom.current()));
  }

  private void again(Duration delay) {
    if (!stopped) timer = vertx.setTimer(Math.max(1, delay.toMillis()), due -> start());
  }

  /**
   * Begins nothing more. A step that is under way ends with its transaction, or with its
   * connection: then it never happened.
   */
  public Future<Void> stop() {
    stopped = true;
    vertx.cancelTimer(timer);
    turn.end();
    metrics.close();
    return pool.close().timeout(CLOSE_SECONDS, SECONDS);
  }
}
