package io.stripchart.common.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.InetAddress;
import java.util.Locale;

/**
 * Rules for the head of a request, whatever its path. A head that two servers in a row may
 * interpret differently is refused (RFC 9112, 3.2, 6.1 and 11.2).
 */
final class RequestRules {
  private static final int MAX_SHOWN = 60;

  private RequestRules() {}

  /** A request that is refused; its connection is closed after the answer. */
  static final class RefusedRequestException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    RefusedRequestException(Problem problem) {
      super(problem.detail(), null, false, false);
      this.problem = problem;
    }
  }

  static boolean isKnown(HttpVersion version) {
    return version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0);
  }

  /**
   * @param request of a known version
   * @return null if nothing is wrong
   */
  static Problem problem(HttpRequest request, HttpSettings settings, InetAddress peer) {
    var version = request.protocolVersion();
    var codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!codings.isEmpty() && !isChunked(codings, version)) {
      return bad("Transfer-Encoding: must be chunked, given once, by HTTP/1.1");
    }
    var host = host(request, version);
    if (host instanceof Problem problem) return problem;
    var target = target(request.uri());
    if (target instanceof Problem problem) return problem;
    if (host instanceof String name && !settings.hosts().allows(name)) return misdirected(name);
    if (target instanceof String name && !settings.hosts().allows(name)) return misdirected(name);
    return forwarded(request, settings, peer);
  }

  private static boolean isChunked(Iterable<String> codings, HttpVersion version) {
    var all = String.join(",", codings).strip();
    return all.equalsIgnoreCase("chunked") && version.equals(HttpVersion.HTTP_1_1);
  }

  /** The name, a problem, or null if there is none, which HTTP/1.0 permits. */
  private static Object host(HttpRequest request, HttpVersion version) {
    var hosts = request.headers().getAll(HttpHeaderNames.HOST);
    if (hosts.isEmpty() && version.equals(HttpVersion.HTTP_1_0)) return null;
    if (hosts.size() != 1) return bad("Host: must be given once");
    var name = HostNames.name(hosts.get(0));
    return name == null ? bad("Host: must be a name or an address, with or without a port") : name;
  }

  /** The name in a target like {@code http://name/path}, a problem, or null if it is a path. */
  private static Object target(String uri) {
    if (uri.startsWith("/") || uri.equals("*")) return null;
    var lower = uri.toLowerCase(Locale.ROOT);
    int begin = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
    if (begin >= 0) {
      int end = begin;
      while (end < uri.length() && "/?#".indexOf(uri.charAt(end)) < 0) end++;
      var name = HostNames.name(uri.substring(begin, end));
      if (name != null) return name;
    }
    return bad("target: must be a path that begins with a slash");
  }

  private static Problem forwarded(HttpRequest request, HttpSettings settings, InetAddress peer) {
    var told = settings.proxies().host(peer, request.headers()::get);
    if (told == null) return null;
    var name = HostNames.name(told);
    if (name == null) return bad("X-Forwarded-Host: must be a name or an address");
    return settings.hosts().allows(name) ? null : misdirected(name);
  }

  private static Problem misdirected(String name) {
    return new Problem(
        HttpProblem.MISDIRECTED,
        "Host: \""
            + shortened(name)
            + "\" is not a name of this server; STRIPCHART_HOSTS and STRIPCHART_PUBLIC_URL add"
            + " names");
  }

  static Problem bad(String detail) {
    return new Problem(HttpProblem.BAD_REQUEST, detail);
  }

  /** Why a request could not be decoded, or is refused. */
  static Problem problem(Throwable cause) {
    if (cause instanceof RefusedRequestException refused) return refused.problem;
    if (cause instanceof TooLongHttpLineException) {
      return new Problem(HttpProblem.URI_TOO_LONG, "URL: " + shortened(cause.getMessage()));
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new Problem(
          HttpProblem.HEADERS_TOO_LARGE, "headers: " + shortened(cause.getMessage()));
    }
    return bad("the request is not HTTP as RFC 9112 defines it");
  }

  private static String shortened(String text) {
    if (text == null) return "";
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
  }
}
