package io.stripchart.ingest;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.stripchart.ingest.protocol.Subprotocol;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A feed whose every step, good or bad, a test decides. All methods may be called by any thread.
 */
final class FeedServer implements AutoCloseable {
  private final Subprotocol speaks;
  private final HttpServer server;
  private final BlockingQueue<FeedLine> lines = new LinkedBlockingQueue<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean refusing;
  private volatile String authorization;

  private FeedServer(Vertx vertx, Subprotocol speaks, HttpServerOptions options) {
    this.speaks = speaks;
    if (speaks != Subprotocol.PLAIN) options.setWebSocketSubProtocols(List.of(speaks.id()));
    this.server =
        vertx
            .createHttpServer(options)
            .webSocketHandshakeHandler(this::handshake)
            .webSocketHandler(this::opened);
  }

  static FeedServer start(Vertx vertx, Subprotocol speaks) {
    return start(vertx, speaks, new HttpServerOptions());
  }

  static FeedServer start(Vertx vertx, Subprotocol speaks, HttpServerOptions options) {
    var feed = new FeedServer(vertx, speaks, options.setMaxWebSocketFrameSize(8 * 1024 * 1024));
    feed.server.listen(0, "127.0.0.1").await();
    return feed;
  }

  int port() {
    return server.actualPort();
  }

  String url() {
    return "ws://127.0.0.1:" + port() + "/graphql";
  }

  /** The next websocket on which values are awaited. */
  FeedLine next() throws InterruptedException {
    var line = lines.poll(15, SECONDS);
    if (line == null) throw new AssertionError("nobody subscribed");
    return line;
  }

  boolean hasNext() {
    return !lines.isEmpty();
  }

  /** Refuses websockets with status 503, or takes them again. */
  void refuse(boolean refuse) {
    refusing = refuse;
  }

  int refused() {
    return refused.get();
  }

  /** Websockets that there have been. */
  int opened() {
    return opened.get();
  }

  /** Websockets that are open. */
  int open() {
    return open.get();
  }

  String authorization() {
    return authorization;
  }

  private void handshake(ServerWebSocketHandshake handshake) {
    authorization = handshake.headers().get("Authorization");
    if (refusing) {
      refused.incrementAndGet();
      handshake.reject(503).onFailure(Throwable::printStackTrace);
    } else {
      handshake.accept().onFailure(Throwable::printStackTrace);
    }
  }

  private void opened(ServerWebSocket socket) {
    opened.incrementAndGet();
    open.incrementAndGet();
    socket.closeHandler(closed -> open.decrementAndGet());
    var line = new FeedLine(socket, speaks);
    if (speaks == Subprotocol.PLAIN) {
      // The handshake of one who offered several protocols, of which none was picked, ends at once.
      var offered = socket.headers().get("Sec-WebSocket-Protocol");
      if (offered == null || !offered.contains(",")) lines.add(line);
      return;
    }
    socket.textMessageHandler(text -> line.heard(text, () -> lines.add(line)));
  }

  @Override
  public void close() {
    server.close().await();
  }
}
