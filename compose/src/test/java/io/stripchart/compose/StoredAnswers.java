package io.stripchart.compose;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.stored.DatabaseLink;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.SlowStatements;
import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.settings.Secret;
import io.stripchart.persist.rollup.RollupSettings;
import io.stripchart.persist.rollup.RollupWorker;
import io.stripchart.persist.store.BatchNumber;
import io.stripchart.persist.store.ReadingStore;
import io.stripchart.persist.store.Stored;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/** Queries of api, the rollup worker and writers on one database, without a broker. */
final class StoredAnswers implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();
  private final DatabaseSettings settings;
  private final Asked api;
  private final RollupWorker worker;

  /** Belongs to one context. */
  private interface Asked {
    <T> T ask(Function<ReadingQueries, Future<T>> question);
  }

  /**
   * @param uri of an empty database; the schema is brought into it
   */
  StoredAnswers(String uri) {
    settings = new DatabaseSettings(new Secret(uri), 2, TIMEOUT);
    await(Database.migrate(vertx, settings));
    api = open();
    var often = new RollupSettings(Duration.ofMillis(10), Optional.empty(), Duration.ofDays(1));
    worker =
        on(
            vertx,
            () -> {
              var made = new RollupWorker(vertx, settings, often, new SimpleMeterRegistry());
              made.start();
              return Future.succeededFuture(made);
            });
  }

  private Asked open() {
    var context = vertx.getOrCreateContext();
    var opened = Promise.<ReadingQueries>promise();
    context.runOnContext(
        turn -> {
          var slow = new SlowStatements(vertx, settings);
          var link = new DatabaseLink(vertx, settings, TIMEOUT, slow);
          var metrics = new ApiMetrics(new SimpleMeterRegistry());
          opened.complete(new ReadingQueries(vertx, link, metrics));
        });
    var queries = await(opened.future());
    return new Asked() {
      @Override
      public <T> T ask(Function<ReadingQueries, Future<T>> question) {
        var answer = Promise.<T>promise();
        context.runOnContext(turn -> question.apply(queries).onComplete(answer));
        return await(answer.future());
      }
    };
  }

  <T> T ask(Function<ReadingQueries, Future<T>> question) {
    return api.ask(question);
  }

  /** Stores on a context of its own, as a persist process does. */
  Function<List<Reading>, Stored> writer() {
    var context = vertx.getOrCreateContext();
    var store = new ReadingStore(Database.pool(vertx, settings, "stripchart persist"), 1);
    var process = UUID.randomUUID();
    var sequence = new AtomicLong();
    return readings -> {
      var number = new BatchNumber(process, sequence.incrementAndGet());
      var stored = Promise.<Stored>promise();
      context.runOnContext(turn -> store.store(number, readings).onComplete(stored));
      return await(stored.future());
    };
  }

  private static <T> T on(Vertx vertx, Supplier<Future<T>> step) {
    var done = Promise.<T>promise();
    vertx.getOrCreateContext().runOnContext(turn -> step.get().onComplete(done));
    return await(done.future());
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, SECONDS).join();
  }

  @Override
  public void close() {
    await(worker.stop());
    await(vertx.close());
  }
}
