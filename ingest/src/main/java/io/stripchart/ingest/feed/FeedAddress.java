package io.stripchart.ingest.feed;

import io.stripchart.common.settings.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a feed is.
 *
 * @param url {@code ws:} or {@code wss:}, perhaps with user and password, which go as basic
 *     authentication
 * @param headers of the handshake
 * @param trust a PEM file with the certificates to trust, in the place of the system's; null for
 *     the system's
 */
public record FeedAddress(Secret url, Map<String, Secret> headers, String trust) {
  private static final int MAX_PORT = 65_535;

  /**
   * @throws IllegalArgumentException saying what would be right, without showing the URL
   */
  public FeedAddress {
    check(parse(url.reveal()));
    var sorted = new TreeMap<String, Secret>(String.CASE_INSENSITIVE_ORDER);
    sorted.putAll(headers);
    headers = sorted;
  }

  /** The address as it may be shown: without user, password and query. */
  public String shown() {
    var uri = uri();
    var port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    var query = uri.getRawQuery() == null ? "" : "?…";
    return uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath() + query;
  }

  URI uri() {
    return parse(url.reveal());
  }

  boolean isEncrypted() {
    return uri().getScheme().equalsIgnoreCase("wss");
  }

  private static URI parse(String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      // Neither its message nor itself: both hold the URL.
      throw new IllegalArgumentException(
          "url: character " + (e.getIndex() + 1) + " cannot stand in a URL");
    }
  }

  private static void check(URI uri) {
    var scheme = uri.getScheme();
    if (!"ws".equalsIgnoreCase(scheme) && !"wss".equalsIgnoreCase(scheme)) {
      throw new IllegalArgumentException("url: must begin with ws:// or wss://");
    }
    if (uri.getHost() == null) throw new IllegalArgumentException("url: has no host");
    if (uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
      throw new IllegalArgumentException("url: the port must be from 1 to " + MAX_PORT);
    }
    if (uri.getRawFragment() != null) {
      throw new IllegalArgumentException("url: must not have a fragment");
    }
  }
}
