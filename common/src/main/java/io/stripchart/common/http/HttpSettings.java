package io.stripchart.common.http;

import io.stripchart.common.settings.Settings;
import io.vertx.core.MultiMap;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.SocketAddressImpl;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the HTTP servers of a process answer.
 *
 * @param hosts the names that they answer to
 * @param publicUrl where clients find the api, if that is another address
 * @param proxies whose headers are believed
 * @param origins of web pages that may use the servers, beside their own
 */
public record HttpSettings(
    HostNames hosts, Optional<URI> publicUrl, Proxies proxies, Set<String> origins, Limits limits) {
  private static final String FORWARDED_FOR = "x-forwarded-for";

  /**
   * Limits of clients, for each port.
   *
   * @param connections concurrent connections
   * @param connectionsPerAddress likewise, of one client
   * @param requests concurrent requests
   * @param requestsPerAddress likewise, of one client
   * @param head time for the head of a request, from its first byte or the connection's begin
   * @param body time for the body of a request
   * @param idle time between two requests
   * @param unread time in which a client reads nothing while output waits for it
   */
  public record Limits(
      int connections,
      int connectionsPerAddress,
      int requests,
      int requestsPerAddress,
      Duration head,
      Duration body,
      Duration idle,
      Duration unread) {}

  /**
   * The identity of a client for limits: its address; for IPv6 its network, and behind trusted
   * proxies the address that they name.
   *
   * @param remote the peer of the connection
   */
  public Object client(SocketAddress remote, MultiMap headers) {
    var peer = ((SocketAddressImpl) remote).ipAddress();
    if (peer == null) peer = InetAddress.getLoopbackAddress();
    var hops = headers.getAll(FORWARDED_FOR);
    return AddressCounts.key(proxies.client(peer, hops.isEmpty() ? null : String.join(",", hops)));
  }

  public HttpSettings {
    origins = Set.copyOf(origins);
  }

  public static HttpSettings from(Settings settings) {
    var publicUrl =
        settings.parsed(
            "STRIPCHART_PUBLIC_URL",
            "",
            "http://host:port/path or https:, where clients find the api",
            HttpSettings::url);
    return new HttpSettings(
        new HostNames(
            settings.text("STRIPCHART_HOST", "127.0.0.1", "an address of this machine"),
            settings.parsed(
                "STRIPCHART_HOSTS",
                "",
                "names of hosts, *.name for all below a name, or * for all, commas",
                HostNames::parse),
            publicUrl.orElse(null)),
        publicUrl,
        settings.parsed(
            "STRIPCHART_TRUSTED_PROXIES",
            "",
            "addresses or ranges like 10.0.0.0/8, commas",
            Proxies::parse),
        Origins.from(settings),
        limits(settings));
  }

  private static Limits limits(Settings settings) {
    var second = Duration.ofSeconds(1);
    var hour = Duration.ofHours(1);
    return new Limits(
        settings.count("STRIPCHART_HTTP_CONNECTIONS", 20_000, 10, 1_000_000),
        settings.count("STRIPCHART_HTTP_CONNECTIONS_PER_ADDRESS", 12_000, 1, 1_000_000),
        settings.count("STRIPCHART_HTTP_REQUESTS", 10_000, 1, 1_000_000),
        settings.count("STRIPCHART_HTTP_REQUESTS_PER_ADDRESS", 5_000, 1, 1_000_000),
        settings.duration("STRIPCHART_HTTP_HEAD_TIMEOUT", Duration.ofSeconds(10), second, hour),
        settings.duration("STRIPCHART_HTTP_BODY_TIMEOUT", Duration.ofSeconds(30), second, hour),
        settings.duration("STRIPCHART_HTTP_IDLE", Duration.ofMinutes(2), second, hour),
        settings.duration("STRIPCHART_HTTP_UNREAD", Duration.ofSeconds(30), second, hour));
  }

  /** The defaults, for servers that listen on an address. */
  public static HttpSettings of(String host) {
    return from(new Settings(Map.of("STRIPCHART_HOST", host)));
  }

  private static Optional<URI> url(String text) {
    if (text.isEmpty()) return Optional.empty();
    try {
      var url = new URI(text);
      boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      boolean bare = url.getUserInfo() == null && url.getQuery() == null;
      if (web && bare && url.getFragment() == null && url.getHost() != null) {
        return Optional.of(url);
      }
    } catch (URISyntaxException e) {
      // Reported below.
    }
    throw new IllegalArgumentException("has scheme and host, and no user, query or fragment");
  }

  /** The path of the public address, without a slash at its end; "" if it has none. */
  public String publicPath() {
    var path = publicUrl.map(URI::getRawPath).orElse("");
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
