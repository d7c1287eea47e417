package io.stripchart.ingest.feed;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.stripchart.common.operations.OneLine;
import io.stripchart.ingest.feed.ProtocolSearch.Outcome;
import io.vertx.core.http.UpgradeRejectedException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * Why a websocket could not be opened.
 *
 * @param outcome what it tells about the protocol
 * @param reason for people, one line without secrets
 */
record ConnectFailure(Outcome outcome, String reason) {
  /** Refusals that have nothing to do with the subprotocols that were offered. */
  private static final Set<Integer> NO_MATTER_OF_PROTOCOL = Set.of(403, 404, 407, 408, 410, 429);

  /**
   * @param encrypted whether TLS was spoken
   */
  static ConnectFailure of(Throwable failure, boolean encrypted) {
    if (failure instanceof UpgradeRejectedException refusal) return refused(refusal, encrypted);
    if (failure instanceof WebSocketClientHandshakeException handshake) return of(handshake);
    if (failure instanceof WebSocketHandshakeException) {
      return new ConnectFailure(
          Outcome.UNACKNOWLEDGED,
          "the server closed the connection ahead of its answer" + tlsHint(encrypted));
    }
    if (failure instanceof SSLException) return away("TLS: " + tls(failure));
    if (failure instanceof UnknownHostException) {
      return away("the host does not resolve: " + OneLine.of(failure));
    }
    return away(OneLine.of(failure));
  }

  static ConnectFailure away(String reason) {
    return new ConnectFailure(Outcome.AWAY, reason);
  }

  private static String tlsHint(boolean encrypted) {
    return encrypted ? "" : "; a port that speaks TLS needs wss://";
  }

  private static ConnectFailure refused(UpgradeRejectedException refusal, boolean encrypted) {
    int status = refusal.getStatus();
    var location = refusal.getHeaders().get(HttpHeaderNames.LOCATION);
    if (status / 100 == 3 && location != null) {
      return away(
          "the server answered "
              + status
              + " and redirects to "
              + shown(location)
              + ", which is not followed");
    }
    if (status < 100 || status > 599) {
      return away("the server does not speak HTTP" + tlsHint(encrypted));
    }
    var reason =
        "the server answered " + HttpResponseStatus.valueOf(status) + " instead of a websocket";
    return new ConnectFailure(
        isMatterOfProtocol(refusal) ? Outcome.REFUSED : Outcome.AWAY, OneLine.of(reason));
  }

  /** Some servers refuse a subprotocol with 400, old ones with 401, which then asks for nothing. */
  private static boolean isMatterOfProtocol(UpgradeRejectedException refusal) {
    int status = refusal.getStatus();
    if (status == HttpResponseStatus.UNAUTHORIZED.code()) {
      return !refusal.getHeaders().contains(HttpHeaderNames.WWW_AUTHENTICATE);
    }
    return status / 100 == 4 && !NO_MATTER_OF_PROTOCOL.contains(status);
  }

  /** An address without user, password and query, as these may hold secrets. */
  private static String shown(String location) {
    try {
      var uri = new URI(location);
      var authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
      var text = new StringBuilder();
      if (uri.getScheme() != null) text.append(uri.getScheme()).append(':');
      if (!authority.isEmpty()) {
        text.append("//").append(authority.substring(authority.lastIndexOf('@') + 1));
      }
      if (uri.getRawPath() != null) text.append(uri.getRawPath());
      if (uri.getRawQuery() != null) text.append("?…");
      return OneLine.of(text.toString());
    } catch (URISyntaxException e) {
      return "an address that cannot be read";
    }
  }

  private static ConnectFailure of(WebSocketClientHandshakeException handshake) {
    var response = handshake.response();
    if (response == null || !response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      return away("the server's handshake is none of a websocket: " + OneLine.of(handshake));
    }
    var picked = response.headers().get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    if (!handshake.getMessage().startsWith("Invalid subprotocol")) {
      return away("the server's handshake is none of a websocket: " + OneLine.of(handshake));
    }
    return picked == null
        ? new ConnectFailure(Outcome.PICKED_NONE, "the server picks no subprotocol")
        : new ConnectFailure(
            Outcome.UNACKNOWLEDGED,
            "the server picked the subprotocol " + OneLine.of(picked) + ", which was not offered");
  }

  /** Failures of TLS, also on an open connection. */
  static String tls(Throwable failure) {
    Throwable deepest = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof FeedTrust.UntrustedException untrusted) return untrusted.getMessage();
      if (cause instanceof NotSslRecordException) {
        return "the port does not speak TLS; ws:// is for one that does not";
      }
      if (cause instanceof SslHandshakeTimeoutException) {
        return "no answer in time; perhaps the port does not speak TLS, which is ws://";
      }
      deepest = cause;
    }
    var message = String.valueOf(deepest.getMessage());
    if (message.contains("protocol_version") || message.contains("protocol version")) {
      return "the server and we have no version of TLS in common; ours are 1.2 and 1.3";
    }
    if (message.contains("certificate_required")) {
      return "the server demands a certificate of the client, and a feed has none";
    }
    if (deepest instanceof java.nio.channels.ClosedChannelException) {
      return "the server closed the connection in the handshake";
    }
    return OneLine.of(deepest);
  }
}
