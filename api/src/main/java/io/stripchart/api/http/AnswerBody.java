package io.stripchart.api.http;

import io.stripchart.api.graphql.plain.JsonPieces;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends JSON of any size. Large bodies are sent in parts, the next one when the client has taken
 * the last, so that other requests run in between.
 */
public final class AnswerBody {
  private static final Logger log = LoggerFactory.getLogger(AnswerBody.class);

  private static final int PART = 64 * 1024;

  /** A client that takes longer is cut off: it holds memory that others wait for. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration PATIENCE_A_PART = Duration.ofSeconds(1);

  private final HttpServerResponse response;
  private final Iterator<Buffer> parts;

  private AnswerBody(HttpServerResponse response, Iterator<Buffer> parts) {
    this.response = response;
    this.parts = parts;
  }

  /**
   * Ends a response, whose head is set except the length.
   *
   * @return completes when the client's system has taken it
   */
  static Future<Void> end(HttpServerResponse response, JsonPieces body) {
    if (body.size() <= PART) return response.end(Buffer.buffer(body.bytes()));
    return end(response, body.size(), new Parts(body.pieces().iterator()));
  }

  /** The same for a body in one piece, which is not copied. */
  public static Future<Void> end(HttpServerResponse response, Buffer body) {
    if (body.length() <= PART) return response.end(body);
    var parts =
        IntStream.iterate(0, from -> from < body.length(), from -> from + PART)
            .mapToObj(from -> body.slice(from, Math.min(from + PART, body.length())));
    return end(response, body.length(), parts.iterator());
  }

  private static Future<Void> end(HttpServerResponse response, long size, Iterator<Buffer> parts) {
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(size));
    var vertx = Vertx.currentContext().owner();
    long timer = vertx.setTimer(patience(size).toMillis(), late -> cut(response));
    return new AnswerBody(response, parts).next().onComplete(done -> vertx.cancelTimer(timer));
  }

  /** How long a client may take for an answer of so many bytes. */
  public static Duration patience(long size) {
    return PATIENCE.plus(PATIENCE_A_PART.multipliedBy(size / PART));
  }

  private static void cut(HttpServerResponse response) {
    response.reset().onFailure(cause -> log.debug("event=client_gone"));
  }

  private Future<Void> next() {
    var part = parts.next();
    return parts.hasNext() ? response.write(part).compose(taken -> next()) : response.end(part);
  }

  /** Pieces, joined to parts on request. */
  private record Parts(Iterator<byte[]> pieces) implements Iterator<Buffer> {
    @Override
    public boolean hasNext() {
      return pieces.hasNext();
    }

    @Override
    public Buffer next() {
      var part = Buffer.buffer(PART);
      while (pieces.hasNext() && part.length() < PART) part.appendBytes(pieces.next());
      return part;
    }
  }
}
