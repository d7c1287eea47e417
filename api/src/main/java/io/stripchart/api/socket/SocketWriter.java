package io.stripchart.api.socket;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to a socket whose client may be gone at any time, which is no failure. */
final class SocketWriter {
  private static final Logger log = LoggerFactory.getLogger(SocketWriter.class);

  private final ServerWebSocket socket;

  SocketWriter(ServerWebSocket socket) {
    this.socket = socket;
  }

  void send(String message) {
    ignoringLoss(write(message));
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

  /** A close frame holds 123 bytes of reason. */
  private static String shortened(String reason) {
    return reason.length() <= 100 ? reason : reason.substring(0, 100);
  }

  private static void ignoringLoss(Future<Void> sent) {
    sent.onFailure(cause -> log.debug("event=client_gone cause=\"{}\"", cause.toString()));
  }
}
