package io.stripchart.api.rest;

import io.stripchart.api.ApiMetrics;
import io.stripchart.api.ApiMetrics.RestOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows on their way to a client, one page at a time: the next one is read when the connection has
 * taken the one before. Ends when the client goes away; where a page cannot be read, it breaks the
 * connection, so that nobody takes what came for all.
 */
final class RowStream<T> {
  private static final Logger log = LoggerFactory.getLogger(RowStream.class);

  private final HttpServerResponse response;
  private final Table<T> table;
  private final Rows<T> rows;
  private final Format format;
  private final ApiMetrics metrics;

  RowStream(
      HttpServerResponse response, Reply.Stream<T> stream, Format format, ApiMetrics metrics) {
    this.response = response;
    this.table = stream.table();
    this.rows = stream.rows();
    this.format = format;
    this.metrics = metrics;
  }

  /**
   * @param refused told where not even the first page can be read; then nothing is sent
   */
  void start(Consumer<Throwable> refused) {
    metrics.streams().incrementAndGet();
    read()
        .onSuccess(page -> give(page, table.head(format)))
        .onFailure(
            cause -> {
              metrics.streams().decrementAndGet();
              refused.accept(cause);
            });
  }

  private Future<Rows.Page<T>> read() {
    return rows.next().onSuccess(page -> metrics.streamRead(page.rows().size()));
  }

  private void give(Rows.Page<T> page, String head) {
    int count = page.rows().size();
    var text = new StringBuilder(head.length() + 64 * count).append(head);
    table.lines(text, format, page.rows());
    var lines = Buffer.buffer(text.toString());
    (page.isLast() ? response.end(lines) : response.write(lines))
        .onComplete(done -> metrics.streamEnded(count, done.succeeded()))
        .onSuccess(taken -> taken(page))
        .onFailure(this::gone);
  }

  private void taken(Rows.Page<T> page) {
    if (page.isLast()) {
      ended(RestOutcome.OK);
    } else {
      read().onSuccess(next -> give(next, "")).onFailure(this::broken);
    }
  }

  private void gone(Throwable cause) {
    log.debug("event=client_gone cause=\"{}\"", cause.toString());
    ended(RestOutcome.GONE);
  }

  private void broken(Throwable cause) {
    log.warn("event=stream_broken cause=\"{}\"", cause.toString());
    response.reset().onFailure(already -> log.debug("event=client_gone"));
    ended(RestOutcome.FAILED);
  }

  private void ended(RestOutcome outcome) {
    metrics.streams().decrementAndGet();
    metrics.rest(outcome);
  }
}
