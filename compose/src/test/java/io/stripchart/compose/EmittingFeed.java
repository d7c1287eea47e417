package io.stripchart.compose;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.CompletableFuture;

/** A plain websocket that sends whole numbers, one after the other, some thousand a second. */
final class EmittingFeed implements AutoCloseable {
  private static final int MILLIS = 2;
  private static final int AT_ONCE = 10;

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private ServerWebSocket socket;
  private int firstOfConnection;
  private int next;
  private int middle;
  private int end;
  private Future<Void> mayGoOn = Future.succeededFuture();

  EmittingFeed() {
    server = vertx.createHttpServer().webSocketHandler(this::connected);
    server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
    vertx.setPeriodic(MILLIS, tick -> send());
  }

  String url() {
    return "ws://127.0.0.1:" + server.actualPort() + "/";
  }

  /**
   * Begins to send the numbers from {@code first}; those that a broken connection lost are lost.
   */
  void emit(int first, int count) {
    emit(first, count, Future.succeededFuture());
  }

  /** As {@link #emit(int, int)}, but the second half not before {@code mayGoOn} has completed. */
  synchronized void emit(int first, int count, Future<Void> mayGoOn) {
    next = first;
    firstOfConnection = first;
    middle = first + count / 2;
    end = first + count;
    this.mayGoOn = mayGoOn;
  }

  synchronized boolean isDone() {
    return next == end;
  }

  /** The first number that the latest connection was given. */
  synchronized int firstOfConnection() {
    return firstOfConnection;
  }

  private synchronized void connected(ServerWebSocket connection) {
    socket = connection;
    firstOfConnection = next;
  }

  private synchronized void send() {
    for (int i = 0; i < AT_ONCE && mayWrite(); i++)
      socket.writeTextMessage(Integer.toString(next++)).onFailure(lost -> {});
  }

  private boolean mayWrite() {
    int limit = mayGoOn.isComplete() ? end : middle;
    return next < limit && socket != null && !socket.isClosed() && !socket.writeQueueFull();
  }

  @Override
  public void close() {
    CompletableFuture<Void> closed = vertx.close().toCompletionStage().toCompletableFuture();
    closed.join();
  }
}
