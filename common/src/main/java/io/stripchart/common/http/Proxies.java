package io.stripchart.common.http;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.SocketAddressImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The proxies whose {@code X-Forwarded-…} headers are believed. From any other address these
 * headers are ignored, since every client can send them.
 */
public final class Proxies {
  /** A path prefix as a proxy sends it: no scheme, no query, no empty segment. */
  private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9._~%!$&'()*+,;=:@-]+)+/?");

  private final List<IpSubnetFilterRule> ranges;

  private Proxies(List<IpSubnetFilterRule> ranges) {
    this.ranges = ranges;
  }

  /**
   * @param text addresses and ranges like {@code 10.0.0.0/8}, separated by commas
   * @throws IllegalArgumentException if one of them is neither
   */
  static Proxies parse(String text) {
    return new Proxies(
        Arrays.stream(text.split(","))
            .map(String::strip)
            .filter(range -> !range.isEmpty())
            .map(Proxies::range)
            .toList());
  }

  private static IpSubnetFilterRule range(String text) {
    int slash = text.indexOf('/');
    var address = slash < 0 ? text : text.substring(0, slash);
    var bytes = NetUtil.createByteArrayFromIpAddressString(address);
    if (bytes == null) throw malformed();
    try {
      int bits = slash < 0 ? 8 * bytes.length : Integer.parseInt(text.substring(slash + 1));
      return new IpSubnetFilterRule(InetAddress.getByAddress(bytes), bits, IpFilterRuleType.ACCEPT);
    } catch (IllegalArgumentException | UnknownHostException e) {
      throw malformed();
    }
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException("a range is an address, or like 10.0.0.0/8 or fd00::/8");
  }

  /** Whether the peer of a connection is one of these proxies. */
  public boolean trust(InetAddress peer) {
    if (ranges.isEmpty()) return false;
    var address = new InetSocketAddress(peer, 0);
    return ranges.stream().anyMatch(range -> range.matches(address));
  }

  /**
   * The client of a request: the last address of {@code X-Forwarded-For} that is not a trusted
   * proxy.
   *
   * @param forwardedFor that header, with all its fields joined by commas; null if there is none
   * @return the peer itself if it is not trusted, or says nothing usable
   */
  InetAddress client(InetAddress peer, String forwardedFor) {
    if (forwardedFor == null || !trust(peer)) return peer;
    var client = peer;
    var hops = forwardedFor.split(",", -1);
    for (int i = hops.length - 1; i >= 0 && trust(client); i--) {
      var hop = address(hops[i].strip());
      if (hop == null) break;
      client = hop;
    }
    return client;
  }

  private static InetAddress address(String text) {
    var bytes = NetUtil.createByteArrayFromIpAddressString(withoutPort(text));
    try {
      return bytes == null ? null : InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static String withoutPort(String text) {
    if (text.startsWith("[")) return text.replaceFirst("^\\[([^]]*)](:[0-9]*)?$", "$1");
    int colon = text.indexOf(':');
    return colon >= 0 && colon == text.lastIndexOf(':') ? text.substring(0, colon) : text;
  }

  /**
   * The host requested by the client, according to a trusted proxy.
   *
   * @param header returns the value of a header by its name, or null
   * @return null if it is unknown
   */
  public String host(InetAddress peer, Function<String, String> header) {
    return told(peer, header, "x-forwarded-host");
  }

  /** The scheme used by the client, according to a trusted proxy; otherwise as {@link #host}. */
  public String scheme(InetAddress peer, Function<String, String> header) {
    return told(peer, header, "x-forwarded-proto");
  }

  /**
   * The path prefix that a trusted proxy has removed, without a slash at its end; otherwise as
   * {@link #host}.
   */
  public String prefix(InetAddress peer, Function<String, String> header) {
    var prefix = told(peer, header, "x-forwarded-prefix");
    if (prefix == null || !PREFIX.matcher(prefix).matches()) return null;
    return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
  }

  /** The prefix of a request; otherwise as {@link #host}. */
  public String prefix(HttpServerRequest request) {
    return prefix(peer(request.remoteAddress()), request::getHeader);
  }

  static InetAddress peer(SocketAddress address) {
    var peer = address instanceof SocketAddressImpl known ? known.ipAddress() : null;
    return peer == null ? InetAddress.getLoopbackAddress() : peer;
  }

  /** The first value: that of the proxy which is nearest to the client. */
  private String told(InetAddress peer, Function<String, String> header, String name) {
    var value = header.apply(name);
    if (value == null || !trust(peer)) return null;
    int comma = value.indexOf(',');
    return (comma < 0 ? value : value.substring(0, comma)).strip();
  }
}
