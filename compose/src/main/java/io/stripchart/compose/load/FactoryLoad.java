package io.stripchart.compose.load;

import io.stripchart.common.Surroundings;
import io.stripchart.common.database.Database;
import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Brings a file's values to where they are stored, through the pipeline: those that are not there
 * yet are published, and awaited in the database. Running it again is safe, and goes on where an
 * earlier run ended.
 *
 * <p>It holds one factory of the file, and {@value #MAX_UNDER_WAY} chunks of {@value
 * Chunk#MAX_READINGS} readings that are under way; then it reads on when the first of these is
 * stored. For one thread, which it blocks.
 */
public final class FactoryLoad implements AutoCloseable {
  private static final int MAX_UNDER_WAY = 4;
  private static final int CLOSE_SECONDS = 2;
  private static final int CAPACITY = 2 * MAX_UNDER_WAY * Chunk.MAX_READINGS;

  private final Console console;
  private final Persistence persistence;
  private final FactoryStore store;
  private final Mail mail;
  private final Supplier<Future<Void>> closePool;
  private final Refusals refusals;
  private final AcceptableTimes times;
  private final Tally tally = new Tally();
  private final Deque<Awaited> underWay = new ArrayDeque<>();
  private Chunk chunk = new Chunk();

  /**
   * @param surroundings of which it uses the broker, the database and the window of times
   * @param patience after which it gives up, if nothing moves
   */
  public FactoryLoad(Vertx vertx, Surroundings surroundings, Duration patience, Console console) {
    this.console = console;
    this.persistence = new Persistence(patience, console::tell);
    this.refusals = new Refusals(console::tell);
    this.times = surroundings.times();
    var pool =
        Database.pool(vertx, surroundings.database(), "stripchart load", FactoryStore.PARAMETERS);
    this.store = new FactoryStore(pool);
    this.mail = Mail.open(vertx, surroundings.broker(), CAPACITY, patience);
    this.closePool = () -> pool.close().timeout(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Loads a file, and returns when everything valid in it is stored.
   *
   * @throws NoFactoriesException if the file has another format
   * @throws IOException if the file cannot be read; earlier parts may or may not be stored
   * @throws UnfinishedException if the broker or the database is unavailable; {@link #report} has
   *     the progress
   */
  public Report load(InputStream file)
      throws IOException, NoFactoriesException, UnfinishedException {
    try {
      new FactoryFile(refusals, FactoryFile.MAX_PLACES, times).read(file, this::take);
      if (!chunk.isEmpty()) begin();
      while (!underWay.isEmpty()) end(underWay.poll());
    } finally {
      console.clear();
    }
    return report();
  }

  /** Counts of what is settled so far. */
  public Report report() {
    return tally.report(refusals);
  }

  private void take(FactoryEntry factory) throws UnfinishedException {
    tally.countFactory();
    chunk.add(factory);
    var alignment = new Alignment(factory, refusals);
    alignment.readings(this::take);
    tally.countRepeated(alignment.repeated());
    if (chunk.isFull()) begin();
  }

  private void take(Reading reading) throws UnfinishedException {
    chunk.add(reading);
    if (chunk.isFull()) begin();
  }

  /** Publishes the values of the chunk that the database does not have. */
  private void begin() throws UnfinishedException {
    var begun = chunk;
    chunk = new Chunk();
    var told = addFactories(begun.factories());
    var lacking = lacking(begun.readings());
    var confirmed = Future.join(told, mail.publish(lacking));
    underWay.add(new Awaited(lacking, confirmed, store, tally));
    show();
    if (underWay.size() > MAX_UNDER_WAY) end(underWay.poll());
  }

  /**
   * Rows are written first, because receivers of the announcement read them.
   *
   * @param names by id
   * @return completes when the broker has the announcements
   */
  private Future<?> addFactories(Map<Integer, String> names) throws UnfinishedException {
    if (names.isEmpty()) return Future.succeededFuture();
    persistence.answer("the database", () -> store.add(names));
    return Future.join(names.keySet().stream().map(mail::tellChanged).toList());
  }

  private List<Reading> lacking(List<Reading> readings) throws UnfinishedException {
    if (readings.isEmpty()) return readings;
    var found = persistence.answer("the database", () -> store.values(readings));
    tally.countFound(readings, found);
    return IntStream.range(0, readings.size())
        .filter(place -> !found.containsKey(place))
        .mapToObj(readings::get)
        .toList();
  }

  /** Awaits that they are stored. */
  private void end(Awaited published) throws UnfinishedException {
    confirmed(published.confirmed());
    var what = String.format(Locale.ROOT, "%,d values to be stored by a persist", published.size());
    persistence.until(
        what,
        () -> {
          show();
          return published.look();
        });
    show();
  }

  private static void confirmed(Future<?> published) throws UnfinishedException {
    try {
      Persistence.await(published);
    } catch (ExecutionException failure) {
      throw new UnfinishedException(
          "the broker did not take all of it: " + failure.getCause().getMessage());
    }
  }

  private void show() {
    console.show(
        () ->
            String.format(
                Locale.ROOT,
                "%s; %,d values settled, %,d on their way",
                report().factories() + " factories read",
                tally.settled(),
                underWay.stream().mapToInt(Awaited::size).sum()));
  }

  /** Lets go of the broker and the database. */
  @Override
  public void close() {
    try {
      Persistence.await(mail.close().eventually(closePool));
    } catch (ExecutionException failure) {
      console.tell("a connection did not close: " + failure.getCause().getMessage());
    }
  }
}
