package io.stripchart.ingest.push;

import io.stripchart.common.http.Documentation;
import io.stripchart.common.http.HttpPort;
import io.stripchart.common.http.HttpSettings;
import io.stripchart.common.http.Origins;
import io.stripchart.ingest.IngestMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;

/** The HTTP server for pushes, to the paths of {@link PushPath}, and for their documentation. */
public final class PushServer {
  private final Vertx vertx;
  private final HttpServer server;
  private Documentation documentation;
  private volatile boolean listening;

  public PushServer(Vertx vertx, HttpSettings http, PushDesk desk, IngestMetrics metrics) {
    var origins = new Origins(http.origins());
    this.server =
        new HttpPort(http)
            .server(vertx, new HttpServerOptions())
            .requestHandler(
                request -> {
                  boolean documents = Documentation.has(request.path());
                  if (origins.answer(request, documents ? Documentation.METHODS : "POST")) return;
                  if (documents) documentation.handle(request);
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
