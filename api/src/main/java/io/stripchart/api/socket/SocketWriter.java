package io.stripchart.api.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stripchart.api.graphql.plain.JsonPieces;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to a socket whose client may disconnect at any time, which is not a failure. */
final class SocketWriter {
  private static final Logger log = LoggerFactory.getLogger(SocketWriter.class);

  /** Bytes of a frame, which clients of every kind take. */
  private static final int MAX_FRAME = 64 * 1024;

  /** That a close frame holds. */
  private static final int MAX_REASON_BYTES = 123;

  private final ServerWebSocket socket;

  SocketWriter(ServerWebSocket socket) {
    this.socket = socket;
  }

  void send(String message) {
    ignoringLoss(write(message));
  }

  /** Large messages are sent in several frames. */
  void send(JsonPieces message) {
    if (message.size() <= MAX_FRAME) {
      send(new String(message.bytes(), UTF_8));
    } else if (!socket.isClosed()) {
      sendFrames(message);
    }
  }

  private void sendFrames(JsonPieces message) {
    var pieces = message.pieces().iterator();
    var part = Buffer.buffer(pieces.next());
    // Every message is an object; its continuation may be cut anywhere.
    ignoringLoss(socket.writeFrame(WebSocketFrame.textFrame(part.getString(0, 1), false)));
    part = part.getBuffer(1, part.length());
    while (pieces.hasNext()) {
      var next = pieces.next();
      if (part.length() + next.length > MAX_FRAME) {
        ignoringLoss(socket.writeFrame(WebSocketFrame.continuationFrame(part, false)));
        part = Buffer.buffer();
      }
      part.appendBytes(next);
    }
    ignoringLoss(socket.writeFrame(WebSocketFrame.continuationFrame(part, true)));
  }

  /**
   * @return completes when it has left this process
   */
  Future<Void> write(String message) {
    return socket.isClosed()
        ? Future.failedFuture("the socket is closed")
        : socket.writeTextMessage(message);
  }

  void ping() {
    ignoringLoss(socket.writePing(Buffer.buffer("ka")));
  }

  void close(CloseCode code, String reason) {
    if (!socket.isClosed()) ignoringLoss(socket.close(code.code(), shortened(reason)));
  }

  private static String shortened(String reason) {
    int end = reason.length();
    while (reason.substring(0, end).getBytes(UTF_8).length > MAX_REASON_BYTES) end--;
    return reason.substring(0, end);
  }

  private static void ignoringLoss(Future<Void> sent) {
    sent.onFailure(cause -> log.debug("event=client_gone cause=\"{}\"", cause.toString()));
  }
}
