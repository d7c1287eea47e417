package io.stripchart.api;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client whose messages are written by the test. */
final class SocketClient implements AutoCloseable {
  private final WebSocket socket;
  private final BlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<Short> closed = new CompletableFuture<>();

  private SocketClient(WebSocket socket) {
    this.socket = socket;
    socket.textMessageHandler(text -> messages.add(new JsonObject(text)));
    socket.closeHandler(end -> closed.complete(socket.closeStatusCode()));
    socket.exceptionHandler(cause -> {});
  }

  /**
   * @param protocols offered as subprotocols
   */
  static SocketClient connect(Vertx vertx, int port, String... protocols) {
    return connect(vertx, options(port, protocols));
  }

  static SocketClient connect(Vertx vertx, WebSocketConnectOptions options) {
    var client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxFrameSize(1 << 20).setMaxMessageSize(32 << 20));
    // In the turn that opens it, before its first message comes.
    return RunningApi.await(client.connect(options).map(SocketClient::new));
  }

  static WebSocketConnectOptions options(int port, String... protocols) {
    var options =
        new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI("/graphql");
    for (var protocol : protocols) options.addSubProtocol(protocol);
    return options;
  }

  /** Connected by graphql-transport-ws, and acknowledged. */
  static SocketClient modern(RunningApi api) {
    var client = connect(api.vertx(), api.port(), "graphql-transport-ws");
    client.send("{\"type\":\"connection_init\"}");
    client.expect("connection_ack");
    return client;
  }

  /** Connected by graphql-ws, and acknowledged. */
  static SocketClient legacy(RunningApi api) {
    var client = connect(api.vertx(), api.port(), "graphql-ws");
    client.send("{\"type\":\"connection_init\",\"payload\":{}}");
    client.expect("connection_ack");
    client.expect("ka");
    return client;
  }

  /** If the server closes meanwhile, the received messages show it. */
  void send(String text) {
    RunningApi.await(socket.writeTextMessage(text).otherwiseEmpty());
  }

  void start(String type, String id, String query) {
    send(
        new JsonObject()
            .put("id", id)
            .put("type", type)
            .put("payload", new JsonObject().put("query", query))
            .encode());
  }

  JsonObject next() {
    try {
      var message = messages.poll(20, TimeUnit.SECONDS);
      if (message == null) throw new AssertionError("no message");
      return message;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  JsonObject expect(String type) {
    var message = next();
    if (!type.equals(message.getString("type"))) throw new AssertionError(message.encode());
    return message;
  }

  /** The data of the next event. */
  JsonObject event() {
    var message = next();
    var payload = message.getJsonObject("payload");
    if (payload == null || !payload.containsKey("data")) throw new AssertionError(message.encode());
    return payload.getJsonObject("data");
  }

  boolean isSilent() {
    return messages.isEmpty();
  }

  String subProtocol() {
    return socket.subProtocol();
  }

  /** Reads nothing more from the connection. */
  void stall() {
    socket.pause();
  }

  void goOn() {
    socket.resume();
  }

  int closeCode() {
    try {
      return closed.get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("not closed", e);
    }
  }

  WebSocket socket() {
    return socket;
  }

  @Override
  public void close() {
    RunningApi.await(socket.close().otherwiseEmpty());
  }
}
