package io.stripchart.api.socket;

import io.stripchart.api.ApiMetrics;
import io.stripchart.api.graphql.GraphQlEngine;
import io.stripchart.api.http.Front;
import io.stripchart.api.turns.Requester;
import io.stripchart.common.http.HttpSettings;
import io.stripchart.common.http.Origins;
import io.stripchart.common.http.WebSocketRules;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every websocket of one server: who may open one, and by which protocol it speaks. Belongs to the
 * server's context.
 */
public final class Sockets {
  private static final Logger log = LoggerFactory.getLogger(Sockets.class);
  private static final int MAX_MESSAGE_BYTES = 128 * 1024;
  private static final Duration INIT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration PING = Duration.ofSeconds(20);

  /** Clients of the older protocol may hang up after 10 s without a message. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(5);

  private static final Duration MAX_SILENCE = Duration.ofMinutes(2);

  private final Vertx vertx;
  private final GraphQlEngine engine;
  private final Origins origins;
  private final ApiMetrics metrics;
  private final int maxSockets;
  private final HttpSettings settings;
  private final Consumer<Requester> gone;
  private final Set<GraphQlSocket> sockets = new LinkedHashSet<>();

  /**
   * @param maxSockets of the whole process
   * @param gone told of each client that is gone
   */
  public Sockets(
      Vertx vertx,
      GraphQlEngine engine,
      Origins origins,
      HttpSettings settings,
      ApiMetrics metrics,
      int maxSockets,
      Consumer<Requester> gone) {
    this.gone = gone;
    this.settings = settings;
    this.vertx = vertx;
    this.engine = engine;
    this.origins = origins;
    this.metrics = metrics;
    this.maxSockets = maxSockets;
  }

  /** Options of a server for these sockets. */
  public static HttpServerOptions configure(HttpServerOptions options) {
    return options
        .setWebSocketSubProtocols(List.of(ModernProtocol.NAME, LegacyProtocol.NAME))
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false)
        .setMaxWebSocketFrameSize(MAX_MESSAGE_BYTES)
        .setMaxWebSocketMessageSize(MAX_MESSAGE_BYTES);
  }

  public void serve(HttpServer server) {
    server.webSocketHandshakeHandler(this::decide).webSocketHandler(this::open);
  }

  private void decide(ServerWebSocketHandshake handshake) {
    if (!handshake.path().equals(Front.GRAPHQL)) {
      reject(handshake, 404);
    } else if (!origins.mayConnect(handshake, settings)) {
      reject(handshake, 403);
    } else if (metrics.sockets().get() >= maxSockets) {
      reject(handshake, 503);
    } else {
      handshake
          .accept()
          .onFailure(cause -> log.debug("event=handshake_failed cause=\"{}\"", cause.toString()));
    }
  }

  private static void reject(ServerWebSocketHandshake handshake, int status) {
    handshake
        .reject(status)
        .onFailure(cause -> log.debug("event=client_gone cause=\"{}\"", cause.toString()));
  }

  private void open(ServerWebSocket socket) {
    metrics.sockets().incrementAndGet();
    var requester =
        new Requester(settings.client(socket.remoteAddress(), socket.headers()), socket);
    requester.bind();
    var graphQl = new GraphQlSocket(socket, protocol(socket.subProtocol()), engine);
    long init = vertx.setTimer(INIT_TIMEOUT.toMillis(), late -> checkInit(graphQl));
    long ping = vertx.setPeriodic(PING.toMillis(), turn -> graphQl.ping(MAX_SILENCE.toNanos()));
    long alive = vertx.setPeriodic(KEEP_ALIVE.toMillis(), turn -> graphQl.keepAlive());
    socket.closeHandler(
        closed -> {
          vertx.cancelTimer(init);
          vertx.cancelTimer(ping);
          vertx.cancelTimer(alive);
          metrics.sockets().decrementAndGet();
          sockets.remove(graphQl);
          graphQl.closed();
          gone.accept(requester);
        });
    sockets.add(graphQl);
    graphQl.open();
    WebSocketRules.enforce(socket, MAX_MESSAGE_BYTES, graphQl::violated);
    if (protocol(socket.subProtocol()) == null) {
      graphQl.close(CloseCode.SUBPROTOCOL, "Subprotocol not acceptable");
    }
  }

  /** Notifies every client that the server stops. */
  public void close() {
    for (var socket : List.copyOf(sockets)) {
      socket.close(CloseCode.GOING_AWAY, "the server stops");
    }
  }

  private static void checkInit(GraphQlSocket socket) {
    if (!socket.isAcknowledged()) {
      socket.close(CloseCode.INIT_TIMEOUT, "Connection initialisation timeout");
    }
  }

  private static Protocol protocol(String name) {
    if (ModernProtocol.NAME.equals(name)) return new ModernProtocol();
    return LegacyProtocol.NAME.equals(name) ? new LegacyProtocol() : null;
  }
}
