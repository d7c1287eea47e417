package io.stripchart.compose.building;

import io.stripchart.common.operations.LogLimit;
import io.stripchart.compose.building.BuildingMetrics.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes readings to ingest, one for each request, at most {@value #MAX_IN_FLIGHT} requests at a
 * time, over kept connections. Refused or failed readings are counted and not sent again, as
 * sensors have no memory. Belongs to one context.
 */
final class IngestClient {
  private static final Logger log = LoggerFactory.getLogger(IngestClient.class);

  static final int MAX_IN_FLIGHT = 200;
  private static final int DEFAULT_PORT = 80;
  private static final int ACCEPTED = 202;
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Where ingest does not say how long. */
  private static final long WAIT_SECONDS = 1;

  private static final long MAX_WAIT_SECONDS = 60;

  private final HttpClient client;
  private final BuildingMetrics metrics;
  private final LogLimit refusals = new LogLimit();
  private final RequestOptions target;
  private int inFlight;
  private boolean closed;
  private long waitUntil = System.nanoTime();

  IngestClient(Vertx vertx, URI url, BuildingMetrics metrics) {
    this.metrics = metrics;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout((int) CONNECT_PATIENCE.toMillis()),
            new PoolOptions().setHttp1MaxSize(MAX_IN_FLIGHT));
    this.target =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(url.getHost().replaceAll("[\\[\\]]", ""))
            .setPort(url.getPort() < 0 ? DEFAULT_PORT : url.getPort())
            .setIdleTimeout(PATIENCE.toMillis())
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
  }

  /**
   * Sends one reading, or skips it if it cannot be sent now.
   *
   * @param body created only if it is sent, as most readings of a large building are skipped
   */
  void push(String path, Supplier<String> body) {
    if (inFlight >= MAX_IN_FLIGHT || System.nanoTime() - waitUntil < 0) {
      metrics.count(Outcome.SKIPPED);
      return;
    }
    inFlight++;
    client
        .request(new RequestOptions(target).setURI(path))
        .compose(request -> request.send(Buffer.buffer(body.get())))
        .compose(this::answered)
        .onComplete(done -> inFlight--)
        .onFailure(this::failed);
  }

  private Future<Void> answered(HttpClientResponse response) {
    return response.end().onSuccess(read -> settled(response));
  }

  private void settled(HttpClientResponse response) {
    if (response.statusCode() == ACCEPTED) {
      metrics.count(Outcome.ACCEPTED);
    } else {
      metrics.count(Outcome.REFUSED);
      pause(seconds(response.getHeader(HttpHeaders.RETRY_AFTER)));
      tell("status=" + response.statusCode());
    }
  }

  private void failed(Throwable cause) {
    if (closed) return;
    metrics.count(Outcome.FAILED);
    pause(WAIT_SECONDS);
    tell("cause=\"" + cause + "\"");
  }

  private void pause(long seconds) {
    waitUntil = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
  }

  private static long seconds(String retryAfter) {
    try {
      return Math.max(0, Math.min(MAX_WAIT_SECONDS, Long.parseLong(retryAfter)));
    } catch (NumberFormatException e) {
      // Missing, or a date.
      return WAIT_SECONDS;
    }
  }

  private void tell(String why) {
    refusals
        .admit()
        .ifPresent(more -> log.warn("event=simulated_reading_refused {} more={}", why, more));
  }

  /** Aborts pending requests at once. */
  Future<Void> close() {
    closed = true;
    return client.close();
  }
}
