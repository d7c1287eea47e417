package io.stripchart.persist;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.stripchart.common.Backoff;
import io.stripchart.common.Surroundings;
import io.stripchart.common.broker.DeadLetters;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.broker.StampLease;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.database.Database;
import io.stripchart.common.operations.LogLimit;
import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.reading.Reading;
import io.stripchart.persist.rollup.RollupWorker;
import io.stripchart.persist.store.BatchNumber;
import io.stripchart.persist.store.PartitionProgress;
import io.stripchart.persist.store.PartitionRange;
import io.stripchart.persist.store.ReadingStore;
import io.stripchart.persist.store.Stored;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores every reading of the queue {@link Topology#PERSIST}, and acknowledges it then. Comes up
 * also while the broker or the database is away, and says so in {@code persist.consumer} and {@code
 * persist.database}.
 */
public final class PersistVerticle extends VerticleBase implements DurableConsumer.Handler {
  private static final Logger log = LoggerFactory.getLogger(PersistVerticle.class);
  private static final int LOOK_MILLIS = 5_000;
  private static final int WATCH_MILLIS = 1_000;
  private static final int PROBE_SECONDS = 2;

  /**
   * The database is given up after so long without an answer, if it does not accept a new
   * connection.
   */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  /** How soon messages are taken again at least; longer if they were given back just before. */
  private static final Backoff AWAY = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(1));

  private static final Duration STEADY = Duration.ofMinutes(5);
  private static final int CLOSE_SECONDS = 2;
  private static final Duration CONFIRMS = Duration.ofSeconds(CLOSE_SECONDS);

  /** Room for stored batches beside the dead letters, of which there are no more than messages. */
  private static final int ROOM = 1_000;

  private final PersistSettings settings;
  private final Surroundings surroundings;
  private final Clock clock;
  private final ArrivalClock arrivals;
  private final DatabaseWatch database;
  private PersistMetrics metrics;
  private MessageReader reader;
  private Insistence insistence;
  private Announcer announcer;
  private Ledger ledger;
  private Burial burial;
  private SetAside aside;
  private Overflow overflow;
  private Durability durability;
  private Pool pool;
  private ReadingStore readings;
  private Storing storing;
  private DurablePublisher publisher;
  private Gathering gathering;
  private QueueOrigin queue;
  private StampLease stamps;
  private RollupWorker rollups;
  private volatile int wantedPartitions;
  private boolean stopping;
  private boolean looking;
  private boolean probing;
  private volatile boolean givenBack;
  private int timesGivenBack;
  private long lastGivenBack;

  public PersistVerticle(PersistSettings settings, Surroundings surroundings) {
    this(settings, surroundings, Clock.systemUTC());
  }

  /**
   * @param clock by which readings are stamped that bring no time
   */
  PersistVerticle(PersistSettings settings, Surroundings surroundings, Clock clock) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.clock = clock;
    this.arrivals = new ArrivalClock(clock);
    this.database = new DatabaseWatch(clock);
  }

  @Override
  public Future<?> start() {
    insistence = new Insistence(vertx);
    publisher =
        DurablePublisher.open(
            vertx,
            surroundings.broker(),
            "stripchart persist publisher",
            settings.prefetch() + ROOM,
            surroundings.metrics());
    queue =
        new QueueOrigin(
            vertx, surroundings.broker(), settings.prefetch(), this, this::awaitDatabase);
    metrics = new PersistMetrics(surroundings.metrics(), this::queued);
    reader = new MessageReader(clock, arrivals, surroundings.times(), metrics, new LogLimit());
    announcer = new Announcer(publisher::publish, insistence, metrics, new LogLimit());
    ledger = new Ledger(metrics, database, new LogLimit());
    burial = new Burial(new DeadLetters(publisher)::take, insistence, metrics);
    // Half of the delivered messages may be set aside; the other half is for those that can be
    // stored.
    aside = new SetAside(settings.prefetch() / 2, System::nanoTime);
    // Without room aside, messages that wait for a partition are in the overflow queue alone.
    overflow =
        new Overflow(
            vertx, publisher::publish, insistence, () -> aside.isCalm() && wantedPartitions == 0);
    durability = new Durability();
    openStore();
    gathering = gathering();
    metrics.watch(aside::count, () -> wantedPartitions);
    rollups =
        new RollupWorker(vertx, surroundings.database(), settings.rollup(), surroundings.metrics());
    surroundings.health().add("persist.consumer", this::consumerProblem);
    surroundings.health().add("persist.database", database::problem);
    surroundings.health().add("persist.clock", arrivals::problem);
    surroundings.health().addWarning("persist.durability", durability::warning);
    surroundings.health().addWarning("persist.set_aside", this::setAsideWarning);
    surroundings.health().addWarning("persist.retention", this::retentionWarning);
    vertx.setPeriodic(LOOK_MILLIS, look -> lookAtDatabase());
    vertx.setPeriodic(WATCH_MILLIS, look -> watchDatabase());
    // In the background: it waits for the database and the broker for as long as it takes.
    var migrated =
        migrate()
            .onSuccess(
                done -> {
                  announcer.begin();
                  rollups.start();
                });
    Future.join(migrated, openStamps())
        .onSuccess(
            done -> {
              queue.open();
              overflow.open(surroundings.broker());
            });
    return Future.succeededFuture();
  }

  /** Completes when messages can be stamped that bring no time. */
  private Future<Void> openStamps() {
    var granted = Promise.<Void>promise();
    stamps =
        StampLease.open(
            surroundings.broker(),
            "stripchart persist clock",
            clock,
            arrivals,
            () -> context.runOnContext(turn -> granted.complete()));
    return granted.future();
  }

  private void connected(SqlConnection connection) {
    context.runOnContext(turn -> readings.connected(connection));
  }

  /** Replaced when it is given up, so that nothing of the old one is used afterwards. */
  private void openStore() {
    pool =
        Database.pool(
            vertx, surroundings.database(), "stripchart persist", Map.of(), this::connected);
    readings = new ReadingStore(pool, settings.partitions(), settings.maxSeries(), new Progress());
    storing =
        new Storing(
            new OpenStore(readings), burial, announcer, insistence, ledger, aside, overflow::take);
  }

  private record OpenStore(ReadingStore readings) implements Storing.Store {
    @Override
    public Future<Stored> store(BatchNumber number, List<Reading> batch, int lockMillis) {
      return readings.store(number, batch, lockMillis);
    }

    @Override
    public PartitionRange partition(Instant time) {
      return readings.partition(time);
    }
  }

  /** Messages that no process has taken. */
  private long queued() {
    return queue.queued() + overflow.queued();
  }

  private final class Progress implements PartitionProgress {
    @Override
    public void made() {
      metrics.partitions.increment();
    }

    @Override
    public void changed() {
      wantedPartitions = readings.wantedPartitions();
      gathering.release(message -> readings.isAwaited(message.readings()));
    }
  }

  private Gathering gathering() {
    return new Gathering(
        new WaitingMessages(settings.batch(), settings.prefetch(), reader::read),
        aside,
        this::settle,
        queue,
        new ContextTurns(vertx),
        metrics);
  }

  private Future<Void> settle(List<Received> batch) {
    return storing
        .settle(batch)
        .onComplete(settled -> wantedPartitions = readings.wantedPartitions());
  }

  private Optional<String> setAsideWarning() {
    long messages = aside.count() + overflow.queued();
    if (messages == 0) return Optional.empty();
    var failure = aside.failure();
    if (failure.isPresent())
      return Optional.of(
          "%d messages wait, as the database fails over them: %s"
              .formatted(messages, failure.get()));
    return Optional.of(
        "%d messages wait for %d partitions, of which at most %d are made in a minute; others are stored"
            .formatted(messages, wantedPartitions, settings.partitionsPerMinute()));
  }

  private Optional<String> retentionWarning() {
    return rollups.retentionHeldBack().map(reason -> "retention is held back: " + reason);
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
    // Deliveries while stopping are left to the next process.
    if (!stopping) gathering.add(deliveries.stream().map(reader::arrive).toList());
  }

  @Override
  public void lost() {
    gathering.removeIf(delivery -> !queue.isLive(delivery));
  }

  private Optional<String> consumerProblem() {
    if (!queue.isOpened()) return Optional.of("waits for the database or for the broker");
    if (givenBack)
      return Optional.of("messages were given back to the queue: the database cannot be reached");
    var left = gathering.problem();
    if (left.isPresent()) return left;
    return queue.isConsuming()
        ? Optional.empty()
        : Optional.of("the queue " + Topology.PERSIST + " is not being consumed");
  }

  /** While nothing is stored, nothing else would show that the database went away. */
  private void lookAtDatabase() {
    if (!queue.isOpened() || stopping || looking) return;
    looking = true;
    durability
        .look(pool)
        .onComplete(done -> looking = false)
        .onSuccess(ok -> database.answered())
        .onFailure(database::unanswered);
  }

  /** While this process cannot reach the database, other processes should store its messages. */
  private void watchDatabase() {
    if (givenBack || probing || stopping || !queue.isOpened() || !isCutOff()) return;
    probing = true;
    probe()
        .onComplete(done -> probing = false)
        .onSuccess(answered -> database.answered())
        .onFailure(
            failure -> {
              if (!stopping && isCutOff()) giveBack(failure);
            });
  }

  private boolean isCutOff() {
    return (gathering.settlingNanos() > SILENCE.toNanos() || aside.count() > 0)
        && database.silence().compareTo(SILENCE) > 0;
  }

  private Future<Void> probe() {
    return Database.probe(vertx, surroundings.database(), "stripchart persist probe");
  }

  private void giveBack(Throwable failure) {
    log.warn(
        "event=messages_given_back cause=\"{}\"; the database has not answered for {} s, so others"
            + " may store them",
        OneLine.of(failure),
        database.silence().toSeconds());
    givenBack = true;
    metrics.givenBack.increment();
    metrics.retries.increment();
    database.givenUp();
    if (System.nanoTime() - lastGivenBack > STEADY.toNanos()) timesGivenBack = 0;
    storing.giveUp();
    readings.close();
    var silent = pool;
    silent.close().onFailure(closing -> log.debug("event=close_failed", closing));
    looking = false;
    openStore();
    gathering.giveBack();
  }

  /** Completes when the database answers again; not at once, so that messages do not fly around. */
  private Future<Void> awaitDatabase() {
    long delay = AWAY.delay(timesGivenBack++, ThreadLocalRandom.current()).toMillis();
    return vertx
        .timer(delay, MILLISECONDS)
        .compose(due -> probeUntilItAnswers())
        .onComplete(
            done -> {
              givenBack = false;
              lastGivenBack = System.nanoTime();
            });
  }

  private Future<Void> probeUntilItAnswers() {
    if (stopping) return Future.failedFuture("stopping");
    return probe()
        .onFailure(database::unanswered)
        .recover(
            failure -> vertx.timer(PROBE_SECONDS, SECONDS).compose(again -> probeUntilItAnswers()));
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    surroundings.health().remove("persist.consumer");
    surroundings.health().remove("persist.database");
    surroundings.health().remove("persist.clock");
    surroundings.health().remove("persist.durability");
    surroundings.health().remove("persist.set_aside");
    surroundings.health().remove("persist.retention");
    readings.close();
    return Future.join(queue.stopTaking(), drain(), rollups.stop())
        .eventually(this::close)
        .onComplete(closed -> metrics.close())
        // Unsettled messages are delivered again, so this is not a failure.
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
        overflow.close(),
        closeStamps(),
        publisher.close(CONFIRMS).timeout(CLOSE_SECONDS, SECONDS),
        pool.close().timeout(CLOSE_SECONDS, SECONDS));
  }

  private Future<?> closeStamps() {
    return vertx.executeBlocking(
        () -> {
          stamps.close();
          return null;
        });
  }
}
