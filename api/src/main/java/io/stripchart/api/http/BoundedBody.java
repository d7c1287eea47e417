package io.stripchart.api.http;

import io.stripchart.common.reading.GzipBody;
import io.stripchart.common.reading.MalformedReadingException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.function.Consumer;

/** Reads a request's body up to a size, which holds before and after it is decompressed. */
public final class BoundedBody {
  public static final int MAX_BYTES = 256 * 1024;

  /** The content encoding that is taken. */
  public static final String ENCODING = "gzip";

  private final Consumer<Buffer> complete;
  private final Consumer<Refusal> refused;
  private final boolean isGzip;
  private Buffer body;
  private int pieces;
  private boolean isRefused;

  /**
   * Why a body is refused.
   *
   * @param detail begins with its subject: {@code body: …}
   */
  public record Refusal(Reason reason, String detail) {}

  /** The reasons for refusing a body, with the HTTP status. */
  public enum Reason {
    MALFORMED(400),
    /** The rest of it is not read, so the connection has to be closed. */
    TOO_LARGE(413),
    UNKNOWN_ENCODING(415);

    private final int status;

    Reason(int status) {
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  private BoundedBody(Consumer<Buffer> complete, Consumer<Refusal> refused, boolean isGzip) {
    this.complete = complete;
    this.refused = refused;
    this.isGzip = isGzip;
  }

  /**
   * @param complete receives the body, decompressed; empty if there is none
   * @param refused called once, as soon as it is known
   */
  public static void read(
      HttpServerRequest request, Consumer<Buffer> complete, Consumer<Refusal> refused) {
    boolean isGzip;
    try {
      isGzip = GzipBody.isGzip(request.headers().getAll(HttpHeaders.CONTENT_ENCODING));
    } catch (MalformedReadingException e) {
      refused.accept(new Refusal(Reason.UNKNOWN_ENCODING, e.getMessage()));
      return;
    }
    var body = new BoundedBody(complete, refused, isGzip);
    request.handler(body::add).endHandler(end -> body.end());
    var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    // A longer number cannot be a number of bytes.
    if (length != null && (length.length() > 9 || Integer.parseInt(length) > MAX_BYTES)) {
      body.refuse();
    }
  }

  private void add(Buffer chunk) {
    if (isRefused) return;
    if ((body == null ? 0 : body.length()) + chunk.length() > MAX_BYTES) {
      refuse();
    } else if (body == null) {
      body = chunk;
    } else {
      // Most bodies come in one piece, which is not copied.
      if (pieces++ == 0) body = Buffer.buffer(2 * body.length()).appendBuffer(body);
      body.appendBuffer(chunk);
    }
  }

  private void refuse() {
    isRefused = true;
    body = null;
    refused.accept(
        new Refusal(
            Reason.TOO_LARGE, String.format(Locale.ROOT, "body: at most %,d bytes", MAX_BYTES)));
  }

  private void end() {
    if (isRefused) return;
    if (isGzip) {
      inflate();
    } else {
      complete.accept(body == null ? Buffer.buffer() : body);
    }
  }

  private void inflate() {
    byte[] bytes = body == null ? new byte[0] : body.getBytes();
    Buffer inflated;
    try {
      inflated = GzipBody.inflate(bytes, MAX_BYTES).map(Buffer::buffer).orElse(null);
    } catch (MalformedReadingException e) {
      refused.accept(new Refusal(Reason.MALFORMED, e.getMessage()));
      return;
    }
    if (inflated == null) {
      refuse();
    } else {
      complete.accept(inflated);
    }
  }
}
