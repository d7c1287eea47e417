package io.stripchart.api.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Set;

/**
 * Which web pages may use the api from a browser: its own, and those that are allowed. What is no
 * browser sends no origin, and is not asked for one.
 */
public final class Origins {
  private final Set<String> allowed;

  public Origins(Set<String> allowed) {
    this.allowed = allowed;
  }

  /** Whether a page of another origin is allowed by name, so that it gets CORS headers. */
  boolean isNamed(String origin) {
    return origin != null && allowed.contains(origin);
  }

  /** Whether who asks may open a websocket, which browsers open to anywhere. */
  public boolean mayConnect(MultiMap headers) {
    var origin = headers.get(HttpHeaders.ORIGIN);
    if (origin == null || allowed.contains(origin)) return true;
    var host = headers.get(HttpHeaders.HOST);
    int scheme = origin.indexOf("://");
    return host != null && scheme > 0 && origin.substring(scheme + 3).equalsIgnoreCase(host);
  }
}
