package io.stripchart.ingest.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.stripchart.ingest.protocol.Subprotocol;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** Opens websockets to one feed. */
final class Dialer {
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int CLOSING_SECONDS = 2;

  /**
   * A longer frame ends the connection, as the decoder holds each frame whole before anybody sees
   * it, and cannot be told to skip one; a shorter one that is still too long for us is thrown away,
   * and so is a message of any length that comes in frames that are short enough.
   */
  private static final int MAX_FRAME_BYTES = 4 * FrameAssembler.MAX_BYTES;

  private final Feed feed;
  private final WebSocketClient client;

  Dialer(Vertx vertx, Feed feed) {
    this.feed = feed;
    this.client = vertx.createWebSocketClient(options(feed.address()));
  }

  private static WebSocketClientOptions options(FeedAddress address) {
    var options =
        new WebSocketClientOptions()
            .setConnectTimeout(PATIENCE_MILLIS)
            .setClosingTimeout(CLOSING_SECONDS)
            .setMaxFrameSize(MAX_FRAME_BYTES)
            .setMaxMessageSize(MAX_FRAME_BYTES)
            .setSsl(address.isEncrypted());
    if (address.trust() != null) {
      options.setTrustOptions(new PemTrustOptions().addCertPath(address.trust()));
    }
    return options;
  }

  /**
   * Connects. A server that picks none of the GraphQL protocols is dialled again as a plain one,
   * unless the feed must speak a certain protocol.
   *
   * @param prepare sets the handlers, before anything can arrive
   */
  Future<WebSocket> dial(Consumer<ClientWebSocket> prepare) {
    var only = feed.request().protocol();
    if (only == Subprotocol.PLAIN) return dial(List.of(), prepare);
    if (only != null) return dial(List.of(only), prepare);
    return dial(Subprotocol.GRAPHQL, prepare)
        .recover(
            failure ->
                pickedNone(failure) ? dial(List.of(), prepare) : Future.failedFuture(failure));
  }

  private Future<WebSocket> dial(List<Subprotocol> offered, Consumer<ClientWebSocket> prepare) {
    var socket = client.webSocket();
    prepare.accept(socket);
    return socket.connect(target().setSubProtocols(offered.stream().map(Subprotocol::id).toList()));
  }

  private WebSocketConnectOptions target() {
    var uri = feed.address().uri();
    boolean encrypted = feed.address().isEncrypted();
    var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    var target = new WebSocketConnectOptions();
    target
        .setHost(uri.getHost().replaceAll("[\\[\\]]", ""))
        .setPort(uri.getPort() > 0 ? uri.getPort() : encrypted ? 443 : 80)
        .setSsl(encrypted)
        .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery())
        .setTimeout(PATIENCE_MILLIS);
    if (uri.getUserInfo() != null && !feed.address().headers().containsKey("Authorization")) {
      var basic = Base64.getEncoder().encodeToString(uri.getUserInfo().getBytes(UTF_8));
      target.addHeader("Authorization", "Basic " + basic);
    }
    feed.address().headers().forEach((name, value) -> target.addHeader(name, value.reveal()));
    return target;
  }

  private static boolean pickedNone(Throwable failure) {
    return failure instanceof WebSocketClientHandshakeException handshake
        && handshake.response() != null
        && handshake.response().status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)
        && !handshake.response().headers().contains(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
  }

  Future<Void> close() {
    return client.close();
  }
}
