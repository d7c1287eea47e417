package io.stripchart.compose;

import io.vertx.core.Future;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Pushes whole numbers with times, one request after the other. Refused pushes are sent again, as
 * clients should do.
 */
final class Pushes {
  private static final int BATCH = 100;
  private static final Instant TIMES = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final IntSupplier port;
  private final String series;
  private final List<Integer> accepted = new ArrayList<>();
  private volatile boolean ended;

  /**
   * @param port of the ingest process, which need not run yet
   */
  Pushes(int port, String series) {
    this(() -> port, series);
  }

  /**
   * @param port called for each request, as it may change when ingest is restarted
   */
  Pushes(IntSupplier port, String series) {
    this.port = port;
    this.series = series;
  }

  /** Sends the numbers in the background until each is accepted, or {@link #end}. */
  CompletableFuture<Void> start(int first, int count) {
    return start(first, count, Future.succeededFuture());
  }

  /** As {@link #start(int, int)}, but the second half not before {@code mayGoOn} has completed. */
  CompletableFuture<Void> start(int first, int count, Future<Void> mayGoOn) {
    int middle = first + count / 2;
    return CompletableFuture.runAsync(() -> insist(first, middle))
        .thenCombine(mayGoOn.toCompletionStage(), (sent, may) -> null)
        .thenRunAsync(() -> insist(middle, first + count));
  }

  /** Gives up values that are not accepted yet. */
  void end() {
    ended = true;
  }

  /** The numbers of the requests that were answered with 202. */
  synchronized List<Integer> accepted() {
    return List.copyOf(accepted);
  }

  private void insist(int from, int to) {
    for (int at = from; at < to && !ended; at += BATCH) insist(at);
  }

  private void insist(int first) {
    while (!ended) {
      if (isAccepted(first)) {
        note(first);
        return;
      }
    }
  }

  private synchronized void note(int first) {
    IntStream.range(first, first + BATCH).forEach(accepted::add);
  }

  private boolean isAccepted(int first) {
    var request =
        HttpRequest.newBuilder(uri())
            .timeout(LIMIT)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body(first)))
            .build();
    try {
      return client.send(request, BodyHandlers.discarding()).statusCode() == 202;
    } catch (IOException away) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      ended = true;
      return false;
    }
  }

  private URI uri() {
    return URI.create("http://127.0.0.1:" + port.getAsInt() + "/readings/" + series);
  }

  private static String body(int first) {
    return IntStream.range(first, first + BATCH)
        .mapToObj(i -> "{\"value\":%d,\"time\":\"%s\"}".formatted(i, TIMES.plusMillis(i)))
        .collect(Collectors.joining(",", "[", "]"));
  }
}
