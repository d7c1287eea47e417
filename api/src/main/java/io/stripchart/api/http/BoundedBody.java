package io.stripchart.api.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/** Reads a request's body up to a size. */
public final class BoundedBody {
  public static final int MAX_BYTES = 256 * 1024;

  private final Consumer<Buffer> complete;
  private final Runnable tooLarge;
  private Buffer body;
  private int pieces;
  private boolean refused;

  private BoundedBody(Consumer<Buffer> complete, Runnable tooLarge) {
    this.complete = complete;
    this.tooLarge = tooLarge;
  }

  /**
   * @param complete given the body, empty where there is none
   * @param tooLarge told once, as soon as it is known
   */
  public static void read(HttpServerRequest request, Consumer<Buffer> complete, Runnable tooLarge) {
    var body = new BoundedBody(complete, tooLarge);
    request.handler(body::add).endHandler(end -> body.end());
    var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    // A longer number is not a number of bytes that anybody sends.
    if (length != null && (length.length() > 9 || Integer.parseInt(length) > MAX_BYTES)) {
      body.refuse();
    }
  }

  private void add(Buffer chunk) {
    if (refused) return;
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
    refused = true;
    body = null;
    tooLarge.run();
  }

  private void end() {
    if (!refused) complete.accept(body == null ? Buffer.buffer() : body);
  }
}
