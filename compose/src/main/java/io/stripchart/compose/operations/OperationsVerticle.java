package io.stripchart.compose.operations;

import io.stripchart.common.Surroundings;
import io.stripchart.common.http.HttpPort;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code /livez}, {@code /readyz} and {@code /metrics}, for orchestrators and Prometheus. Not for
 * the public: it is a port of its own so that it need not be published.
 */
public final class OperationsVerticle extends VerticleBase {
  private static final String JSON = "application/json";
  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final OperationsSettings settings;
  private final Surroundings surroundings;
  private final Metrics metrics;
  private HttpServer server;

  public OperationsVerticle(
      OperationsSettings settings, Surroundings surroundings, Metrics metrics) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.metrics = metrics;
  }

  /** The port that it listens on; known once it is deployed. */
  public int port() {
    return server.actualPort();
  }

  @Override
  public Future<?> start() {
    var router = Router.router(vertx);
    read(router, "/livez").handler(this::live);
    read(router, "/readyz").handler(this::ready);
    read(router, "/metrics").handler(this::metrics);
    server =
        new HttpPort(surroundings.http())
            .server(vertx, new HttpServerOptions())
            .requestHandler(router);
    return server.listen(settings.port(), surroundings.host());
  }

  /** Some load balancers ask by HEAD. */
  private static Route read(Router router, String path) {
    return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
  }

  @Override
  public Future<?> stop() {
    return server.close();
  }

  /** That it answers is the answer: this process and its event loop run. */
  private void live(RoutingContext request) {
    send(request.response(), JSON, new JsonObject().put("status", "live").encode());
  }

  private void ready(RoutingContext request) {
    var readiness = new Readiness(surroundings.health().report(), surroundings.health().warnings());
    send(
        request.response().setStatusCode(readiness.statusCode()),
        JSON,
        readiness.json().encodePrettily());
  }

  private void metrics(RoutingContext request) {
    // Reads every meter, so not on the event loop.
    vertx
        .executeBlocking(metrics::text)
        .onSuccess(text -> send(request.response(), PROMETHEUS_TEXT, text))
        .onFailure(request::fail);
  }

  private static void send(HttpServerResponse response, String type, String body) {
    response
        .putHeader("content-type", type)
        .putHeader("cache-control", "no-store")
        .end(body)
        .onFailure(gone -> {});
  }
}
