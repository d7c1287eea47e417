package io.stripchart.api.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stripchart.common.http.Proxies;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.graphql.GraphiQLHandler;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The page of GraphiQL. Its scripts use a path of GraphQL that does not depend on the path of the
 * page, so the page sets it: the two are next to each other, below any prefix of a proxy.
 */
final class GraphiqlPage implements Handler<RoutingContext> {
  private static final String RESOURCE = "/io/vertx/ext/web/handler/graphiql/index.html";
  private static final String CONFIGURATION = "__VERTX_GRAPHIQL_CONFIG__";

  /** The script puts a slash before the websocket's path itself. */
  private static final String BESIDE_THE_PAGE =
      """
      (function(path){return{graphQLUri:path,graphQLWSUri:path.substring(1)}})\
      (new URL("../graphql",location.href).pathname)\
      """;

  private final Proxies proxies;
  private final String page;

  GraphiqlPage(Proxies proxies) {
    this.proxies = proxies;
    try (var file = GraphiQLHandler.class.getResourceAsStream(RESOURCE)) {
      if (file == null) throw new IllegalStateException(RESOURCE + " is not on the class path");
      page = new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!page.contains(CONFIGURATION)) {
      throw new IllegalStateException(RESOURCE + " does not contain " + CONFIGURATION);
    }
  }

  @Override
  public void handle(RoutingContext context) {
    var prefix = proxies.prefix(context.request());
    var configuration = prefix == null ? BESIDE_THE_PAGE : configuration(prefix);
    context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
        .end(page.replace(CONFIGURATION, configuration))
        .onFailure(context::fail);
  }

  private static String configuration(String prefix) {
    var path = prefix + Front.GRAPHQL;
    return new JsonObject().put("graphQLUri", path).put("graphQLWSUri", path.substring(1)).encode();
  }
}
