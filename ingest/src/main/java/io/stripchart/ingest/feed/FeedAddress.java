package io.stripchart.ingest.feed;

import io.stripchart.common.operations.OneLine;
import io.stripchart.common.settings.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Address of a feed.
 *
 * @param url {@code ws:} or {@code wss:}, with an optional user and password for basic
 *     authentication
 * @param headers of the handshake
 * @param trust a PEM file with the certificates to trust instead of the system's; null for the
 *     system's
 */
public record FeedAddress(Secret url, Map<String, Secret> headers, String trust) {
  private static final int MAX_PORT = 65_535;

  /** A token of RFC 9110. */
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  /** Characters that are invalid in a value: all but visible ASCII, space and tab. */
  private static final Pattern NO_VALUE = Pattern.compile("[^\\t\\x20-\\x7e]");

  /** Headers that are the handshake's own. */
  private static final Pattern RESERVED =
      Pattern.compile(
          "connection|upgrade|sec-websocket-.*|content-length|transfer-encoding|te|trailer",
          Pattern.CASE_INSENSITIVE);

  /**
   * @throws IllegalArgumentException which says what is expected, without showing the URL
   */
  public FeedAddress {
    check(parse(url.reveal()));
    var sorted = new TreeMap<String, Secret>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach(
        (name, value) -> {
          checkHeader(name, value.reveal());
          if (sorted.put(name, value) != null) {
            throw new IllegalArgumentException("headers: " + name + " is given twice");
          }
        });
    headers = sorted;
  }

  private static void checkHeader(String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "headers: \""
              + OneLine.of(name)
              + "\" is no name of a header; must be letters, digits and any of !#$%&'*+-.^_`|~");
    }
    if (RESERVED.matcher(name).matches()) {
      var instead = name.toLowerCase(Locale.ROOT).endsWith("protocol") ? "; set protocol" : "";
      throw new IllegalArgumentException(
          "headers: " + name + " belongs to the handshake itself" + instead);
    }
    var bad = NO_VALUE.matcher(value);
    if (bad.find()) {
      throw new IllegalArgumentException(
          "headers: " + name + ": character " + (bad.start() + 1) + " cannot stand in a header");
    }
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
      // Its ASCII form, as the request line of the handshake is nothing else.
      return new URI(new URI(url).toASCIIString());
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
