package io.stripchart.common.http;

import io.stripchart.common.settings.Settings;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The web pages of other origins that may use a server (CORS). Clients that are no browsers send no
 * origin, and need none.
 */
public final class Origins {
  private static final Logger log = LoggerFactory.getLogger(Origins.class);
  private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,2000}");
  private static final String MAX_AGE_SECONDS = "3600";
  private static final String USUAL_HEADERS =
      "accept, apollographql-client-name, apollographql-client-version, authorization,"
          + " content-encoding, content-type, if-none-match";
  private static final String EXPOSED =
      "accept-encoding, accept-post, allow, etag, link, location, retry-after";
  private static final String PRIVATE_NETWORK = "access-control-request-private-network";

  private final Set<String> allowed;

  /**
   * @param allowed like {@code https://example.org}, in lower case
   */
  public Origins(Set<String> allowed) {
    this.allowed = Set.copyOf(allowed);
  }

  /** Those of {@code STRIPCHART_API_ORIGINS}. */
  public static Set<String> from(Settings settings) {
    return settings.parsed(
        "STRIPCHART_API_ORIGINS", "", "origins of web pages, commas", Origins::parse);
  }

  private static Set<String> parse(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(origin -> !origin.isEmpty())
        .peek(Origins::check)
        .map(origin -> origin.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static void check(String origin) {
    if (!origin.matches("https?://[^/@]+")) {
      throw new IllegalArgumentException("an origin is scheme, host and port alone");
    }
  }

  /** Whether pages of an origin are allowed by name. */
  public boolean allow(String origin) {
    return origin != null && allowed.contains(origin);
  }

  /**
   * Whether a client may open a websocket, which browsers allow every page. Pages of the server
   * itself may: those with the host of the request. If a proxy passes that host without its port,
   * the port of the page does not matter.
   */
  public boolean mayConnect(ServerWebSocketHandshake handshake, HttpSettings settings) {
    return isOwnOrAllowed(handshake.headers(), handshake.remoteAddress(), settings);
  }

  /** Whether a request may change something; as of {@link #mayConnect}. */
  public boolean mayChange(HttpServerRequest request, HttpSettings settings) {
    return isOwnOrAllowed(request.headers(), request.remoteAddress(), settings);
  }

  private boolean isOwnOrAllowed(MultiMap headers, SocketAddress remote, HttpSettings settings) {
    var origin = headers.get(HttpHeaders.ORIGIN);
    if (origin == null || allow(origin)) return true;
    int scheme = origin.indexOf("://");
    if (scheme < 0) return false;
    var page = origin.substring(scheme + 3);
    boolean isEncrypted = origin.startsWith("https:");
    if (settings.publicUrl().map(url -> isAt(page, isEncrypted, url)).orElse(false)) return true;
    var told = settings.proxies().host(Proxies.peer(remote), headers::get);
    return isAt(page, isEncrypted, told == null ? headers.get(HttpHeaders.HOST) : told);
  }

  private static boolean isAt(String page, boolean isEncrypted, URI url) {
    return isEncrypted == url.getScheme().equals("https")
        && isAt(page, isEncrypted, url.getRawAuthority())
        && port(page, isEncrypted) == port(url.getRawAuthority(), isEncrypted);
  }

  private static boolean isAt(String page, boolean isEncrypted, String host) {
    var name = HostNames.name(page);
    if (name == null || host == null || !name.equals(HostNames.name(host))) return false;
    return !hasPort(host) || port(host, isEncrypted) == port(page, isEncrypted);
  }

  private static boolean hasPort(String host) {
    return host.matches(".*:[0-9]+");
  }

  private static int port(String host, boolean isEncrypted) {
    if (hasPort(host)) return Integer.parseInt(host.substring(host.lastIndexOf(':') + 1));
    return isEncrypted ? 443 : 80;
  }

  /**
   * Adds headers that let the page read the response, and answers preflight requests.
   *
   * @param methods of the path, as a header has them: {@code GET, HEAD}
   * @return whether the request is answered
   */
  public boolean answer(HttpServerRequest request, String methods) {
    if (allowed.isEmpty()) return false;
    var response = request.response();
    // Also for requests without an origin: a cache may keep their answers.
    response.headers().add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    var origin = request.getHeader(HttpHeaders.ORIGIN);
    if (!allow(origin)) return false;
    response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    var method = request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    if (!request.method().equals(HttpMethod.OPTIONS) || method == null) {
      response.putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
      return false;
    }
    response
        .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, methods)
        .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, headers(request))
        .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS)
        .headers()
        .add(HttpHeaders.VARY, HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
    if ("true".equals(request.getHeader(PRIVATE_NETWORK))) {
      response.putHeader("access-control-allow-private-network", "true");
    }
    response
        .setStatusCode(204)
        .end()
        .onFailure(cause -> log.debug("event=client_gone cause=\"{}\"", cause.toString()));
    return true;
  }

  /** All requested headers: the origin is trusted, and clients add headers of their own. */
  private static String headers(HttpServerRequest request) {
    var asked = request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
    return asked != null && NAMES.matcher(asked).matches() ? asked : USUAL_HEADERS;
  }
}
