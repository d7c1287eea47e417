package io.stripchart.ingest.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.stripchart.common.http.Pongs;
import io.stripchart.ingest.feed.ProtocolSearch.Attempt;
import io.stripchart.ingest.feed.ProtocolSearch.Offer;
import io.stripchart.ingest.feed.ProtocolSearch.Outcome;
import io.stripchart.ingest.protocol.Subprotocol;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** Opens websockets to one feed. */
final class Dialer {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int CLOSING_SECONDS = 2;

  /**
   * A longer frame ends the connection: the decoder holds each frame whole and cannot skip one. A
   * shorter frame above our own limit is discarded, as is a message of any length in frames that
   * are short enough.
   */
  private static final int MAX_FRAME_BYTES = 4 * FrameAssembler.MAX_BYTES;

  private final Vertx vertx;
  private final Feed feed;
  private final NoCertificate noCertificate = new NoCertificate();
  private WebSocketClient client;

  Dialer(Vertx vertx, Feed feed) {
    this.vertx = vertx;
    this.feed = feed;
  }

  private WebSocketClientOptions options() {
    var address = feed.address();
    var options =
        new WebSocketClientOptions()
            .setConnectTimeout((int) PATIENCE.toMillis())
            .setClosingTimeout(CLOSING_SECONDS)
            .setMaxFrameSize(MAX_FRAME_BYTES)
            .setMaxMessageSize(MAX_FRAME_BYTES)
            .setSsl(address.isEncrypted());
    if (address.isEncrypted()) {
      var trust =
          address.trust() == null ? null : new PemTrustOptions().addCertPath(address.trust());
      options.setTrustOptions(new FeedTrust(trust));
      options.setKeyCertOptions(KeyCertOptions.wrap(noCertificate));
    }
    return options;
  }

  /**
   * @param prepare sets the handlers, before anything can arrive
   * @return the open websocket; fails with an exception for {@link #explain}
   */
  Future<WebSocket> dial(Attempt attempt, Consumer<ClientWebSocket> prepare) {
    // Made here, so that whatever it throws ends this attempt and nothing else.
    if (client == null) client = vertx.createWebSocketClient(options());
    noCertificate.wanted = false;
    var target = target(attempt);
    var socket = client.webSocket();
    prepare.accept(socket);
    return socket.connect(target).onSuccess(Pongs::bound);
  }

  /** Why the last connection failed. */
  ConnectFailure explain(Throwable failure, Duration after) {
    boolean encrypted = feed.address().isEncrypted();
    var explained = ConnectFailure.of(failure, encrypted);
    boolean isTls = explained.reason().startsWith("TLS: Received fatal alert");
    if (noCertificate.wanted && (isTls || explained.outcome() == Outcome.UNACKNOWLEDGED)) {
      return ConnectFailure.away(
          "TLS: the server asked for a certificate of the client, which a feed does not have, and"
              + " ended the connection");
    }
    if (explained.outcome() == Outcome.UNACKNOWLEDGED && after.compareTo(PATIENCE) >= 0) {
      return ConnectFailure.away("the server did not answer within " + PATIENCE);
    }
    return explained;
  }

  private WebSocketConnectOptions target(Attempt attempt) {
    var uri = feed.address().uri();
    boolean encrypted = feed.address().isEncrypted();
    var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    var target = new WebSocketConnectOptions();
    target
        .setHost(uri.getHost().replaceAll("[\\[\\]]", ""))
        .setPort(uri.getPort() > 0 ? uri.getPort() : encrypted ? 443 : 80)
        .setSsl(encrypted)
        .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery())
        .setTimeout(PATIENCE.toMillis());
    if (uri.getUserInfo() != null && !feed.address().headers().containsKey("Authorization")) {
      var basic = Base64.getEncoder().encodeToString(uri.getUserInfo().getBytes(UTF_8));
      target.addHeader("Authorization", "Basic " + basic);
    }
    feed.address().headers().forEach((name, value) -> target.addHeader(name, value.reveal()));
    var names = attempt.protocols().stream().map(Subprotocol::id).toList();
    if (attempt.offer() == Offer.PICKED) target.setSubProtocols(names);
    // Past the client, which would insist on a pick.
    if (attempt.offer() == Offer.UNPICKED) {
      target.addHeader(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, String.join(", ", names));
    }
    return target;
  }

  Future<Void> close() {
    return client == null ? Future.succeededFuture() : client.close();
  }

  /** Presents no certificate, and notes that one was requested. Safe for any thread. */
  private static final class NoCertificate extends X509ExtendedKeyManager {
    private volatile boolean wanted;

    @Override
    public String chooseEngineClientAlias(String[] keyType, Principal[] issuers, SSLEngine engine) {
      wanted = true;
      return null;
    }

    @Override
    public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      return new String[0];
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      return new String[0];
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[0];
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return null;
    }
  }
}
