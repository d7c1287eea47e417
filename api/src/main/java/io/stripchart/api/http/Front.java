package io.stripchart.api.http;

import io.stripchart.api.graphql.SchemaSource;
import io.stripchart.common.http.HttpSettings;
import io.stripchart.common.http.Origins;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.graphql.GraphiQLHandler;
import io.vertx.ext.web.handler.graphql.GraphiQLHandlerOptions;
import java.util.List;

/** Every path of the server. Questions pass by the router, which would cost them time. */
public final class Front implements Handler<HttpServerRequest> {
  /** Where GraphQL is, over HTTP and websockets. */
  public static final String GRAPHQL = "/graphql";

  /** Whatever the page's scripts are made to do: they reach this server alone. */
  private static final String PAGE_POLICY =
      "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' data:; font-src 'self' data:; connect-src 'self';"
          + " worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  private final GraphQlEndpoint graphQl;
  private final List<Place> places;
  private final Origins origins;
  private final Router pages;

  /**
   * Paths that are answered by plain HTTP.
   *
   * @param path itself, and all that is below it
   * @param methods that web pages of other origins may use: {@code GET, HEAD}
   */
  public record Place(String path, String methods, Handler<HttpServerRequest> handler) {
    boolean holds(String asked) {
      return asked.startsWith(path)
          && (asked.length() == path.length() || asked.charAt(path.length()) == '/');
    }
  }

  /**
   * @param places none of which contains another
   * @param elsewhere response if there is nothing at a path
   */
  public Front(
      Vertx vertx,
      GraphQlEndpoint graphQl,
      List<Place> places,
      Handler<HttpServerRequest> elsewhere,
      Origins origins,
      HttpSettings settings) {
    this.graphQl = graphQl;
    this.places = List.copyOf(places);
    this.origins = origins;
    this.pages = pages(vertx, elsewhere, settings);
  }

  @Override
  public void handle(HttpServerRequest request) {
    var path = request.path();
    if (path.equals(GRAPHQL)) {
      handle(request, graphQl, "GET, POST");
      return;
    }
    for (var place : places) {
      if (place.holds(path)) {
        handle(request, place.handler, place.methods);
        return;
      }
    }
    pages.handle(request);
  }

  private void handle(
      HttpServerRequest request, Handler<HttpServerRequest> handler, String methods) {
    if (!origins.answer(request, methods)) handler.handle(request);
  }

  private static Router pages(
      Vertx vertx, Handler<HttpServerRequest> elsewhere, HttpSettings settings) {
    var router = Router.router(vertx);
    router.errorHandler(404, context -> elsewhere.handle(context.request()));
    router.get("/").handler(context -> redirect(context, "graphiql/"));
    // Browsers request one; there is none, and that is not an error.
    router
        .get("/favicon.ico")
        .handler(context -> context.response().setStatusCode(204).end().onFailure(context::fail));
    router.get("/schema.graphql").handler(Front::schema);
    router.route("/graphiql").handler(Front::policy);
    router.route("/graphiql/*").handler(Front::policy);
    var page = new GraphiqlPage(settings.proxies());
    router.get("/graphiql/").handler(page);
    router.get("/graphiql/index.html").handler(page);
    var options = new GraphiQLHandlerOptions().setEnabled(true);
    router.route("/graphiql*").subRouter(GraphiQLHandler.create(vertx, options).router());
    return router;
  }

  private static void policy(RoutingContext context) {
    if (context.request().path().equals("/graphiql")) {
      redirect(context, "graphiql/");
      return;
    }
    context
        .response()
        .putHeader("content-security-policy", PAGE_POLICY)
        .putHeader("x-content-type-options", "nosniff")
        .putHeader("referrer-policy", "no-referrer");
    context.next();
  }

  private static void redirect(RoutingContext context, String path) {
    context
        .response()
        .setStatusCode(302)
        .putHeader(HttpHeaders.LOCATION, path)
        .end()
        .onFailure(context::fail);
  }

  private static void schema(RoutingContext context) {
    context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
        .end(SchemaSource.TEXT)
        .onFailure(context::fail);
  }
}
