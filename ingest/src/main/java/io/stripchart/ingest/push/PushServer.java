package io.stripchart.ingest.push;

import io.stripchart.ingest.IngestMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;

/** The HTTP server for pushes, to the paths of {@link PushPath}. */
public final class PushServer {
  private final HttpServer server;
  private volatile boolean listening;

  public PushServer(Vertx vertx, Duration idle, PushDesk desk, IngestMetrics metrics) {
    var options = new HttpServerOptions().setIdleTimeout((int) idle.toSeconds());
    this.server =
        vertx
            .createHttpServer(options)
            .requestHandler(request -> new PushRequest(vertx, request, desk, metrics).handle());
  }

  /**
   * @param port 0 lets the system choose one
   */
  public Future<Void> listen(String host, int port) {
    return server.listen(port, host).onSuccess(bound -> listening = true).mapEmpty();
  }

  /** The port that it listens on. */
  public int port() {
    return server.actualPort();
  }

  /** Any thread. */
  public boolean isListening() {
    return listening;
  }

  public Future<Void> close() {
    listening = false;
    return server.close();
  }
}
