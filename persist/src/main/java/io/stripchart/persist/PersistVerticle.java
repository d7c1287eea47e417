package io.stripchart.persist;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.stripchart.common.Surroundings;
import io.stripchart.common.broker.DeadLetters;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.database.Database;
import io.stripchart.common.operations.LogLimit;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.persist.rollup.RollupWorker;
import io.stripchart.persist.store.ReadingStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stores every reading of the queue {@link Topology#PERSIST}, and acknowledges it then. Comes up
 * also while the broker or the database is away, and says so in {@code persist.consumer} and {@code
 * persist.database}.
 */
public final class PersistVerticle extends VerticleBase implements DurableConsumer.Handler {
  private static final int LOOK_MILLIS = 5_000;
  private static final int CLOSE_SECONDS = 2;
  private static final Duration CONFIRMS = Duration.ofSeconds(CLOSE_SECONDS);

  /** Room for stored batches beside the dead letters, of which there are no more than messages. */
  private static final int ROOM = 1_000;

  private final PersistSettings settings;
  private final Surroundings surroundings;
  private final Clock clock = Clock.systemUTC();
  private final DatabaseWatch database = new DatabaseWatch(clock);
  private PersistMetrics metrics;
  private MessageReader reader;
  private Insistence insistence;
  private Announcer announcer;
  private Pool pool;
  private ReadingStore store;
  private DurablePublisher publisher;
  private Gathering gathering;
  private QueueOrigin queue;
  private RollupWorker rollups;
  private boolean stopping;

  public PersistVerticle(PersistSettings settings, Surroundings surroundings) {
    this.settings = settings;
    this.surroundings = surroundings;
  }

  @Override
  public Future<?> start() {
    insistence = new Insistence(vertx);
    pool =
        Database.pool(
            vertx, surroundings.database(), "stripchart persist", Map.of(), this::connected);
    store = new ReadingStore(pool, settings.partitionDays(), settings.maxSeries());
    publisher =
        DurablePublisher.open(
            vertx,
            surroundings.broker(),
            "stripchart persist publisher",
            settings.prefetch() + ROOM,
            surroundings.metrics());
    queue = new QueueOrigin(vertx, surroundings.broker(), settings.prefetch(), this);
    metrics = new PersistMetrics(surroundings.metrics(), queue::queued);
    reader =
        new MessageReader(
            clock, new ArrivalClock(clock), surroundings.times(), metrics, new LogLimit());
    announcer = new Announcer(publisher::publish, insistence, metrics, new LogLimit());
    gathering = gathering();
    rollups =
        new RollupWorker(vertx, surroundings.database(), settings.rollup(), surroundings.metrics());
    surroundings.health().add("persist.consumer", this::consumerProblem);
    surroundings.health().add("persist.database", database::problem);
    vertx.setPeriodic(LOOK_MILLIS, look -> lookAtDatabase());
    // In the background: it waits for the database for as long as it takes.
    migrate()
        .onSuccess(
            migrated -> {
              announcer.begin();
              queue.open();
              rollups.start();
            });
    return Future.succeededFuture();
  }

  private void connected(SqlConnection connection) {
    context.runOnContext(turn -> store.connected(connection));
  }

  private Gathering gathering() {
    var storing =
        new Storing(
            store::store,
            new Burial(new DeadLetters(publisher)::take, insistence, metrics),
            announcer,
            insistence,
            new Ledger(metrics, database, new LogLimit()));
    return new Gathering(
        new WaitingMessages(settings.batch(), settings.prefetch(), reader::read),
        storing::settle,
        queue,
        new ContextTurns(vertx),
        metrics);
  }

  private Future<Void> migrate() {
    return insistence
        .on(
            () -> Database.migrate(vertx, surroundings.database()),
            failure -> {
              database.failed(failure);
              return true;
            })
        .onSuccess(migrated -> database.worked());
  }

  @Override
  public void deliver(List<Delivery> deliveries) {
    // What comes while stopping is left to the next process.
    if (!stopping) gathering.add(deliveries.stream().map(reader::arrive).toList());
  }

  @Override
  public void lost() {
    gathering.removeIf(delivery -> !queue.isLive(delivery));
  }

  private Optional<String> consumerProblem() {
    if (!queue.isOpened()) return Optional.of("waits for the database");
    var left = gathering.problem();
    if (left.isPresent()) return left;
    return queue.isConsuming()
        ? Optional.empty()
        : Optional.of("the queue " + Topology.PERSIST + " is not being consumed");
  }

  /** While nothing is stored, nothing else would show that the database went away. */
  private void lookAtDatabase() {
    if (!queue.isOpened() || stopping) return;
    pool.query("select 1")
        .execute()
        .onSuccess(ok -> database.answered())
        .onFailure(database::unanswered);
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    surroundings.health().remove("persist.consumer");
    surroundings.health().remove("persist.database");
    return Future.join(queue.stopTaking(), drain(), rollups.stop())
        .eventually(this::close)
        .onComplete(closed -> metrics.close())
        // What was left unsettled comes again: nothing failed that anybody need know of.
        .otherwiseEmpty();
  }

  private Future<Void> drain() {
    return gathering
        .drain()
        .timeout(Math.max(1, settings.drain().toMillis()), MILLISECONDS)
        .onComplete(done -> insistence.end());
  }

  /** All at once, as each of them may take its time where its server is away. */
  private Future<?> close() {
    return Future.join(
        queue.close(),
        publisher.close(CONFIRMS).timeout(CLOSE_SECONDS, SECONDS),
        pool.close().timeout(CLOSE_SECONDS, SECONDS));
  }
}
