package io.stripchart.api.rest;

import io.stripchart.api.ApiMetrics;
import io.stripchart.api.ApiMetrics.RestOutcome;
import io.stripchart.common.http.AddressCounts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows sent to a client by pages: the next page is read when the connection has taken the last one.
 * Ends when the client leaves. If a page cannot be read, it resets the connection, so that the
 * client does not take the rows for all.
 */
public final class RowStream<T> {
  private static final Logger log = LoggerFactory.getLogger(RowStream.class);

  /** Streams at a time in a process: each has the database read page after page. */
  private static final int MAX = 32;

  /** Of one address, so that others have a share. */
  private static final int MAX_OF_ADDRESS = 16;

  private final HttpServerResponse response;
  private final Table<T> table;
  private final Rows<T> rows;
  private final Format format;
  private final ApiMetrics metrics;
  private final Place place;
  private final Runnable reset;
  private final Promise<Void> whole = Promise.promise();

  /** The streams that run in a process. */
  public static final class Places {
    private final AddressCounts counts = new AddressCounts(MAX, MAX_OF_ADDRESS);

    /**
     * Takes the place of one stream; {@link RowStream#start} gives it back at its end.
     *
     * @param address of the client
     * @throws ProblemException where there is none
     */
    Place take(Object address, ApiMetrics metrics) {
      var outcome = counts.enter(address);
      if (outcome == AddressCounts.Outcome.COUNTED) {
        metrics.streams().incrementAndGet();
        return () -> {
          metrics.streams().decrementAndGet();
          counts.leave(address);
        };
      }
      boolean isFull = outcome == AddressCounts.Outcome.FULL;
      throw new ProblemException(
          ProblemKind.TOO_MANY_STREAMS,
          null,
          "at most %d streams at a time%s; try again, or ask for pages of JSON"
              .formatted(isFull ? MAX : MAX_OF_ADDRESS, isFull ? "" : " from one address"));
    }
  }

  /** To be given back once. */
  interface Place {
    void giveBack();
  }

  /**
   * @param place of this stream
   * @param reset breaks the connection, if the rows cannot be given to their end
   */
  RowStream(
      HttpServerResponse response,
      Reply.Stream<T> stream,
      ApiMetrics metrics,
      Place place,
      Runnable reset) {
    this.place = place;
    this.reset = reset;
    this.response = response;
    this.table = stream.table();
    this.rows = stream.rows();
    this.format = stream.format();
    this.metrics = metrics;
  }

  /**
   * @param refused called if not even the first page can be read; then nothing is sent
   * @return completes when all rows are sent; fails if the stream ends before
   */
  Future<Void> start(Consumer<Throwable> refused) {
    next(true)
        .onSuccess(this::give)
        .onFailure(
            cause -> {
              place.giveBack();
              refused.accept(cause);
              whole.fail(cause);
            });
    return whole.future();
  }

  /** The text of a page. */
  private record Part(Buffer text, int rows, boolean isLast) {}

  private Future<Part> next(boolean isFirst) {
    return Future.succeededFuture()
        .compose(turn -> rows.next())
        .map(page -> part(page, isFirst ? table.head(format) : ""));
  }

  private Part part(Rows.Page<T> page, String head) {
    int count = page.rows().size();
    var text = new StringBuilder(head.length() + 64 * count).append(head);
    table.lines(text, format, page.rows());
    return new Part(Buffer.buffer(text.toString()), count, page.isLast());
  }

  private void give(Part part) {
    metrics.streamRead(part.rows);
    Future.succeededFuture()
        .compose(turn -> part.isLast ? response.end(part.text) : response.write(part.text))
        .onComplete(done -> metrics.streamEnded(part.rows, done.succeeded()))
        .onSuccess(taken -> taken(part))
        .onFailure(this::gone);
  }

  private void taken(Part part) {
    if (part.isLast) {
      ended(RestOutcome.OK);
      whole.complete();
    } else {
      next(false).onSuccess(this::give).onFailure(this::broken);
    }
  }

  private void gone(Throwable cause) {
    log.debug("event=client_gone cause=\"{}\"", cause.toString());
    ended(RestOutcome.GONE);
    whole.fail(cause);
  }

  private void broken(Throwable cause) {
    // A page that waits for its turn fails when the client has closed its connection.
    if (response.closed()) {
      gone(cause);
      return;
    }
    log.warn("event=stream_broken cause=\"{}\"", cause.toString());
    reset.run();
    ended(RestOutcome.FAILED);
    whole.fail(cause);
  }

  private void ended(RestOutcome outcome) {
    place.giveBack();
    metrics.rest(outcome);
  }
}
