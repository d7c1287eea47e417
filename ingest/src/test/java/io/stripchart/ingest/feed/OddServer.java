package io.stripchart.ingest.feed;

import io.stripchart.ingest.protocol.Subprotocol;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that speaks one protocol, and has its own way with all others. A reading follows each
 * subscription. All methods may be called by any thread.
 */
final class OddServer implements AutoCloseable {
  static final int DROP = -1;

  /** How it behaves. */
  static final class Ways {
    /** The protocols that it selects, in the order of the offer, whether it speaks them or not. */
    List<Subprotocol> picks = Subprotocol.GRAPHQL;

    /** Offers that it refuses with a status of HTTP: a part of the header's value. */
    String refuses = "nothing";

    int refusesWith = 400;

    /** Its response to a connection_init in another protocol; null for nothing. */
    String greeting;

    /** Its response to a subscription in another protocol; null for nothing. */
    String answer;

    /** With which status it closes a websocket of another protocol; 0 for not at all. */
    int closes;

    /** Whether it takes no websocket without a subprotocol for its own. */
    boolean picky = true;
  }

  private final HttpServer server;
  private final Ways ways;
  private final List<String> offers = new CopyOnWriteArrayList<>();
  private final List<ServerWebSocket> sockets = new CopyOnWriteArrayList<>();
  private volatile Subprotocol speaks;

  private OddServer(Vertx vertx, Subprotocol speaks, Ways ways) {
    this.speaks = speaks;
    this.ways = ways;
    var options =
        new HttpServerOptions()
            .setWebSocketSubProtocols(ways.picks.stream().map(Subprotocol::id).toList());
    server =
        vertx
            .createHttpServer(options)
            .webSocketHandshakeHandler(this::handshake)
            .webSocketHandler(this::opened);
    server.listen(0, "127.0.0.1").await();
  }

  static OddServer start(Vertx vertx, Subprotocol speaks, Ways ways) {
    return new OddServer(vertx, speaks, ways);
  }

  String url() {
    return "ws://127.0.0.1:" + server.actualPort() + "/graphql";
  }

  /** The offer of each handshake, in order; "" for none. */
  List<String> offers() {
    return offers;
  }

  /** Speaks another protocol from now on, and drops all connections. */
  void become(Subprotocol other) {
    speaks = other;
    drop();
  }

  void drop() {
    for (var socket : sockets) socket.close((short) 1012, "restart").onFailure(gone -> {});
  }

  private void handshake(ServerWebSocketHandshake handshake) {
    var offered = handshake.headers().get("Sec-WebSocket-Protocol");
    offers.add(offered == null ? "" : offered);
    if (offered != null && offered.contains(ways.refuses)) {
      handshake.reject(ways.refusesWith).onFailure(gone -> {});
    } else {
      handshake.accept().onFailure(gone -> {});
    }
  }

  private void opened(ServerWebSocket socket) {
    sockets.add(socket);
    if (speaks == Subprotocol.PLAIN) {
      say(socket, "21.5");
      return;
    }
    boolean ours = socket.subProtocol() == null ? !ways.picky : isOurs(socket);
    if (!ours && ways.closes == DROP) {
      socket.shutdown().onFailure(gone -> {});
    } else if (!ours && ways.closes > 0) {
      socket.close((short) ways.closes).onFailure(gone -> {});
    } else {
      socket.textMessageHandler(text -> heard(socket, ours, new JsonObject(text)));
    }
  }

  private boolean isOurs(ServerWebSocket socket) {
    return socket.subProtocol().equals(speaks.id());
  }

  private void heard(ServerWebSocket socket, boolean ours, JsonObject message) {
    boolean legacy = speaks == Subprotocol.LEGACY;
    var type = message.getString("type");
    if (type.equals("connection_init")) {
      say(socket, ours ? "{\"type\":\"connection_ack\"}" : ways.greeting);
    } else if (type.equals(legacy ? "start" : "subscribe")) {
      say(
          socket,
          new JsonObject()
              .put("id", message.getString("id"))
              .put("type", legacy ? "data" : "next")
              .put("payload", new JsonObject().put("data", new JsonObject().put("t", 21.5)))
              .encode());
    } else if (type.equals(legacy ? "subscribe" : "start")) {
      say(socket, ways.answer);
    }
  }

  private static void say(ServerWebSocket socket, String text) {
    if (text != null) socket.writeTextMessage(text).onFailure(gone -> {});
  }

  @Override
  public void close() {
    server.close().await();
  }
}
