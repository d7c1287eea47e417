package io.stripchart.ingest;

import io.stripchart.ingest.protocol.Subprotocol;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One websocket of a {@link FeedServer} with a client that awaits values. */
final class FeedLine {
  private final ServerWebSocket socket;
  private final Subprotocol speaks;
  private final Queue<JsonObject> heard = new ConcurrentLinkedQueue<>();

  FeedLine(ServerWebSocket socket, Subprotocol speaks) {
    this.socket = socket;
    this.speaks = speaks;
  }

  void heard(String text, Runnable subscribed) {
    var message = new JsonObject(text);
    heard.add(message);
    switch (message.getString("type")) {
      case "connection_init" -> raw("{\"type\":\"connection_ack\"}");
      case "start", "subscribe" -> subscribed.run();
      case "ping" -> raw("{\"type\":\"pong\"}");
      default -> {}
    }
  }

  /** Every message of the client. */
  Queue<JsonObject> heard() {
    return heard;
  }

  void value(double value) {
    answer(Double.toString(value));
  }

  /** Sends JSON, or invalid JSON, in the place of the value. */
  void answer(String json) {
    raw(
        switch (speaks) {
          case PLAIN -> json;
          case LEGACY -> answer("data", json);
          case MODERN -> answer("next", json);
        });
  }

  private static String answer(String type, String json) {
    return "{\"id\":\"1\",\"type\":\"%s\",\"payload\":{\"data\":{\"temperature\":%s}}}"
        .formatted(type, json);
  }

  void raw(String text) {
    socket.writeTextMessage(text).onFailure(gone -> {});
  }

  /** Sends one message in several frames. */
  void inFrames(int frames, int bytesEach) {
    var part = "x".repeat(bytesEach);
    socket.writeFrame(WebSocketFrame.textFrame(part, false)).onFailure(gone -> {});
    for (int i = 1; i < frames; i++) {
      var next = WebSocketFrame.continuationFrame(Buffer.buffer(part), i == frames - 1);
      socket.writeFrame(next).onFailure(gone -> {});
    }
  }

  void binary(byte[] bytes) {
    socket.writeFinalBinaryFrame(Buffer.buffer(bytes)).onFailure(gone -> {});
  }

  void end(String type) {
    raw("{\"id\":\"1\",\"type\":\"%s\",\"payload\":[{\"message\":\"enough\"}]}".formatted(type));
  }

  void drop() {
    socket.close((short) 1001, "going away").onFailure(gone -> {});
  }
}
