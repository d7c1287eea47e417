package io.stripchart.ingest.push;

import io.stripchart.common.http.Documentation;
import io.stripchart.ingest.IngestMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;

/**
 * The HTTP server for pushes, to the paths of {@link PushPath}, and for what tells how they are
 * sent.
 */
public final class PushServer {
  private final Vertx vertx;
  private final HttpServer server;
  private Documentation documentation;
  private volatile boolean listening;

  public PushServer(Vertx vertx, Duration idle, PushDesk desk, IngestMetrics metrics) {
    var options = new HttpServerOptions().setIdleTimeout((int) idle.toSeconds());
    this.server =
        vertx
            .createHttpServer(options)
            .requestHandler(
                request -> {
                  if (Documentation.has(request.path())) documentation.handle(request);
                  else new PushRequest(vertx, request, desk, metrics).handle();
                });
    this.vertx = vertx;
  }

  /**
   * @param port 0 lets the system choose one
   */
  public Future<Void> listen(String host, int port) {
    return vertx
        .executeBlocking(() -> new Documentation(PushServer.class, "openapi.json"))
        .onSuccess(read -> documentation = read)
        .compose(read -> server.listen(port, host))
        .onSuccess(bound -> listening = true)
        .mapEmpty();
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
