package io.stripchart.compose.satellite;

import io.stripchart.common.Surroundings;
import io.stripchart.common.http.Pongs;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import java.util.SplittableRandom;

/**
 * A satellite that measures its temperature: {@code subscription { temperature }} on the websocket
 * {@code /graphql}, in both subprotocols. Stands in for a real feed where Stripchart is tried.
 */
public final class SatelliteVerticle extends VerticleBase {
  private static final String PATH = "/graphql";
  private static final int MAX_CLIENTS = 1_000;
  private static final int MAX_MESSAGE_BYTES = 16 * 1024;

  private final SatelliteSettings settings;
  private final String host;
  private final OrbitCurve curve = new OrbitCurve(new SplittableRandom());
  private HttpServer server;
  private int clients;

  public SatelliteVerticle(SatelliteSettings settings, Surroundings surroundings) {
    this.settings = settings;
    this.host = surroundings.host();
  }

  /** The port that it listens on; known once it is deployed. */
  public int port() {
    return server.actualPort();
  }

  @Override
  public Future<?> start() {
    var options =
        new HttpServerOptions()
            .setHost(host)
            .setPort(settings.port())
            .setHttp2ClearTextEnabled(false)
            .setWebSocketSubProtocols(Protocol.subprotocols())
            .setMaxWebSocketMessageSize(MAX_MESSAGE_BYTES);
    server =
        vertx
            .createHttpServer(options)
            .webSocketHandshakeHandler(this::admit)
            .webSocketHandler(this::serve)
            .requestHandler(SatelliteVerticle::explain);
    return server.listen();
  }

  @Override
  public Future<?> stop() {
    return server.close();
  }

  private void admit(ServerWebSocketHandshake handshake) {
    var answer =
        handshake.path().equals(PATH) && clients < MAX_CLIENTS
            ? handshake.accept()
            : handshake.reject(clients < MAX_CLIENTS ? 404 : 503);
    answer.onFailure(gone -> {});
  }

  private void serve(ServerWebSocket socket) {
    clients++;
    Pongs.bound(socket);
    new SatelliteClient(vertx, socket, curve, settings.interval()).serve(() -> clients--);
  }

  private static void explain(HttpServerRequest request) {
    request
        .response()
        .setStatusCode(request.path().equals(PATH) ? 426 : 404)
        .putHeader("content-type", "text/plain; charset=utf-8")
        .putHeader("upgrade", "websocket")
        .end("The satellite speaks on the websocket " + PATH + ": subscription { temperature }\n")
        .onFailure(gone -> {});
  }
}
