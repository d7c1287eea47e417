package io.stripchart.common.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documentation of a server: its OpenAPI document at {@value #OPENAPI}, and Swagger UI below
 * {@value #DOCS}, all from the class path. Any context.
 */
public final class Documentation implements Handler<HttpServerRequest> {
  /** Where the document is. */
  public static final String OPENAPI = "/openapi.json";

  /** Where people read it. */
  public static final String DOCS = "/docs";

  /** All that it answers is at these, or below. */
  public static final List<String> PATHS = List.of(OPENAPI, DOCS);

  /** Of every path. */
  public static final String METHODS = "GET, HEAD";

  private static final Logger log = LoggerFactory.getLogger(Documentation.class);
  private static final String JSON = "application/json";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  /** Whatever the page is made to do: it reaches this server alone. Its styles are inline. */
  private static final String PAGE_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'"
          + " data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action"
          + " 'none'";

  private final Map<String, StaticFile> files = new LinkedHashMap<>();

  /**
   * Reads its files, so it is made once, when the server is.
   *
   * @param document the OpenAPI document, JSON, a resource beside {@code owner}
   */
  public Documentation(Class<?> owner, String document) {
    files.put(OPENAPI, StaticFile.of(owner, document, JSON));
    files.put(
        DOCS + "/", StaticFile.of(Documentation.class, "docs.html", "text/html; charset=utf-8"));
    files.put(DOCS + "/docs.js", StaticFile.of(Documentation.class, "docs.js", SCRIPT));
    files.put(DOCS + "/swagger-ui-bundle.js", StaticFile.ofSwagger("swagger-ui-bundle.js", SCRIPT));
    files.put(DOCS + "/swagger-ui.css", StaticFile.ofSwagger("swagger-ui.css", "text/css"));
    files.put(DOCS + "/favicon-32x32.png", StaticFile.ofSwagger("favicon-32x32.png", "image/png"));
  }

  /**
   * Whether it answers this path.
   *
   * @param path null if the request has none
   */
  public static boolean has(String path) {
    if (path == null) return false;
    return path.equals(OPENAPI) || path.equals(DOCS) || path.startsWith(DOCS + "/");
  }

  @Override
  public void handle(HttpServerRequest request) {
    boolean head = request.method().equals(HttpMethod.HEAD);
    if (!head && !request.method().equals(HttpMethod.GET)) {
      request.response().putHeader(HttpHeaders.ALLOW, METHODS);
      refuse(request, new Problem(DocumentationProblem.METHOD_NOT_ALLOWED, "only " + METHODS));
    } else if (request.path().equals(DOCS)) {
      request.response().putHeader(HttpHeaders.LOCATION, DOCS.substring(1) + "/");
      request.response().setStatusCode(302).end().onFailure(Documentation::gone);
    } else if (files.containsKey(request.path())) {
      give(request, files.get(request.path()), head);
    } else {
      refuse(request, new Problem(DocumentationProblem.UNKNOWN_PATH, "see " + DOCS + "/"));
    }
  }

  /** Cached copies are always revalidated: that costs one response without a body. */
  private static void give(HttpServerRequest request, StaticFile file, boolean head) {
    var response =
        request
            .response()
            .putHeader(HttpHeaders.ETAG, file.entityTag().text())
            .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
            .putHeader("x-content-type-options", "nosniff");
    if (file.entityTag().isAmong(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
      response.setStatusCode(304).end().onFailure(Documentation::gone);
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, file.mediaType());
    if (file.mediaType().startsWith("text/html")) {
      response
          .putHeader("content-security-policy", PAGE_POLICY)
          .putHeader("referrer-policy", "no-referrer");
    }
    if (head) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(file.body().length()));
      response.end().onFailure(Documentation::gone);
    } else {
      response.end(file.body()).onFailure(Documentation::gone);
    }
  }

  private static void refuse(HttpServerRequest request, Problem problem) {
    request
        .response()
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
        .end(problem.toJson())
        .onFailure(Documentation::gone);
  }

  private static void gone(Throwable cause) {
    log.debug("event=client_gone cause=\"{}\"", cause.toString());
  }
}
