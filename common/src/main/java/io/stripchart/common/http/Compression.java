package io.stripchart.common.http;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.compression.StandardCompressionOptions;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpServerOptions;

/**
 * Compresses responses with gzip for clients that accept it: texts of 1 KiB and more, and streams
 * of text, part by part. Netty does the work; this class selects responses, and corrects their
 * headers.
 */
final class Compression {
  /** Below it, compressing costs more than it saves. */
  static final int MIN_BYTES = 1_024;

  /** The fastest level: an event loop has others to serve. */
  private static final int LEVEL = 1;

  private static final int WINDOW_BITS = 15;
  private static final int MEMORY_LEVEL = 8;

  private Compression() {}

  static void configure(HttpServerOptions options) {
    options
        .setCompressionSupported(true)
        .setCompressionContentSizeThreshold(MIN_BYTES)
        .addCompressor(StandardCompressionOptions.gzip(LEVEL, WINDOW_BITS, MEMORY_LEVEL));
  }

  /** Has answers left as they are where compressing would not make them smaller. */
  @ChannelHandler.Sharable
  static final class Exemption extends ChannelOutboundHandlerAdapter {
    static final Exemption INSTANCE = new Exemption();

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The caller has the promise.
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      if (message instanceof HttpResponse response) exempt(response.headers());
      ctx.write(message, promise);
    }

    private static void exempt(HttpHeaders headers) {
      var type = headers.get(HttpHeaderNames.CONTENT_TYPE);
      if (type == null || isText(type)) return;
      if (headers.contains(HttpHeaderNames.CONTENT_ENCODING)) return;
      headers.set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.IDENTITY);
    }
  }

  private static boolean isText(String type) {
    int end = type.indexOf(';');
    var name = end < 0 ? type : type.substring(0, end).strip();
    return name.startsWith("text/")
        || name.startsWith("application/json")
        || name.endsWith("+json")
        || name.endsWith("+xml")
        || name.equals("application/x-ndjson")
        || name.equals("application/javascript")
        || name.equals("application/xml");
  }

  /** Mends the headers of an answer that Netty has compressed, or not. */
  static void mend(HttpResponse response) {
    var headers = response.headers();
    var encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
    if (encoding == null) {
      if (mayVary(response, headers)) vary(headers);
    } else if (HttpHeaderValues.IDENTITY.contentEquals(encoding)) {
      headers.remove(HttpHeaderNames.CONTENT_ENCODING);
    } else {
      vary(headers);
      weaken(headers);
    }
  }

  /** Whether a client that accepts other encodings may get other bytes. */
  private static boolean mayVary(HttpResponse response, HttpHeaders headers) {
    if (response.status().equals(HttpResponseStatus.NOT_MODIFIED)) return true;
    var type = headers.get(HttpHeaderNames.CONTENT_TYPE);
    if (type == null || !isText(type)) return false;
    var length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    return length == null || length.length() > 4 || Integer.parseInt(length) >= MIN_BYTES;
  }

  private static void vary(HttpHeaders headers) {
    headers.add(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
  }

  /** A strong tag stands for the very bytes; compressed ones are others. */
  private static void weaken(HttpHeaders headers) {
    var tag = headers.get(HttpHeaderNames.ETAG);
    if (tag != null && !tag.startsWith("W/")) headers.set(HttpHeaderNames.ETAG, "W/" + tag);
  }
}
