package io.stripchart.api.stored;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.api.ApiMetrics;
import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.settings.Secret;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Queries on a context of their own, that a test asks and waits for. */
final class AskedQueries implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private ReadingQueries queries;
  private StreamQueries stream;

  /**
   * @param uri of an empty database; the schema is brought into it
   */
  AskedQueries(String uri) {
    var settings = new DatabaseSettings(new Secret(uri), 1, TIMEOUT);
    await(Database.migrate(vertx, settings).toCompletionStage().toCompletableFuture());
    var opened = new CompletableFuture<Void>();
    context.runOnContext(
        turn -> {
          var slow = new SlowStatements(vertx, settings);
          var link = new DatabaseLink(vertx, settings, TIMEOUT, slow);
          var metrics = new ApiMetrics(new SimpleMeterRegistry());
          queries = new ReadingQueries(vertx, link, metrics);
          stream = new StreamQueries(link, metrics);
          opened.complete(null);
        });
    await(opened);
  }

  <T> T ask(Function<ReadingQueries, Future<T>> question) {
    return answer(() -> question.apply(queries));
  }

  <T> T askStream(Function<StreamQueries, Future<T>> question) {
    return answer(() -> question.apply(stream));
  }

  private <T> T answer(Supplier<Future<T>> question) {
    var answer = new CompletableFuture<T>();
    context.runOnContext(
        turn -> question.get().onComplete(answer::complete, answer::completeExceptionally));
    return await(answer);
  }

  private static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get(120, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    await(vertx.close().toCompletionStage().toCompletableFuture());
  }
}
