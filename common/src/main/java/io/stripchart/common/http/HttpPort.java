package io.stripchart.common.http;

import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port of this process, on which one or several servers listen: the rules and limits of their
 * requests and connections. Any thread.
 */
public final class HttpPort {
  private static final Logger log = LoggerFactory.getLogger(HttpPort.class);

  /** Maximum size of incomplete bodies together. */
  static final long MAX_BODY_BYTES = 64L * 1024 * 1024;

  private static final long LOOK_MILLIS = 1_000;
  private static final String DECODER = "httpDecoder";
  private static final String DEFLATER = "deflater";
  private static final String VERTX = "handler";
  private static final String RETRY_SECONDS = "1";

  private final HttpSettings settings;
  private final AddressCounts connections;
  private final AddressCounts requests;
  private final AtomicLong bodyBytes = new AtomicLong();
  private final Set<GuardedConnection> open = ConcurrentHashMap.newKeySet();

  public HttpPort(HttpSettings settings) {
    var limits = settings.limits();
    this.settings = settings;
    this.connections = new AddressCounts(limits.connections(), limits.connectionsPerAddress());
    this.requests = new AddressCounts(limits.requests(), limits.requestsPerAddress());
  }

  public HttpSettings settings() {
    return settings;
  }

  /**
   * A server whose connections are guarded. HTTP/2 is off, as the rules here are those of HTTP/1.1.
   * To be called in the context that the server belongs to.
   */
  public HttpServer server(Vertx vertx, HttpServerOptions options) {
    options
        .setHttp2ClearTextEnabled(false)
        .setUseAlpn(false)
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false);
    Compression.configure(options);
    vertx.setPeriodic(LOOK_MILLIS, look -> open.forEach(GuardedConnection::look));
    return vertx
        .createHttpServer(options)
        .connectionHandler(connection -> guard(connection, options))
        .invalidRequestHandler(HttpPort::refuse);
  }

  private void guard(HttpConnection connection, HttpServerOptions options) {
    var channel = ((ConnectionBase) connection).channel();
    var guarded = new GuardedConnection(this, settings, channel);
    open.add(guarded);
    var pipeline = channel.pipeline();
    pipeline.replace(DECODER, DECODER, new StrictRequestDecoder(options));
    pipeline.addBefore(DEFLATER, "guard", guarded);
    pipeline.addBefore(VERTX, "exemption", Compression.Exemption.INSTANCE);
  }

  /** A request that could not be decoded, or that the guard of its connection refuses. */
  private static void refuse(HttpServerRequest request) {
    var problem = RequestRules.problem(request.decoderResult().cause());
    var response =
        request
            .response()
            .setStatusCode(problem.status())
            .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
            .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    if (problem.isPassing()) response.putHeader(HttpHeaderNames.RETRY_AFTER, RETRY_SECONDS);
    response
        .end(problem.toJson())
        .onFailure(cause -> log.debug("event=client_gone cause=\"{}\"", cause.toString()));
  }

  /**
   * Breaks off an answer. The connection is reset and not closed, as HTTP/1.0 takes the end of a
   * connection for the end of an answer.
   */
  public static void reset(HttpServerRequest request) {
    var channel = ((ConnectionBase) request.connection()).channel();
    if (channel.isOpen()) channel.config().setOption(ChannelOption.SO_LINGER, 0);
    request
        .response()
        .reset()
        .onFailure(cause -> log.debug("event=client_gone cause=\"{}\"", cause.toString()));
  }

  AddressCounts connections() {
    return connections;
  }

  AddressCounts requests() {
    return requests;
  }

  /** Of bodies and messages that have not come whole. */
  long bodyBytes() {
    return bodyBytes.get();
  }

  void forget(GuardedConnection connection) {
    open.remove(connection);
  }

  void release(long bytes) {
    if (bytes > 0) bodyBytes.addAndGet(-bytes);
  }

  /** Counts bytes of a body; if there are too many, the oldest body is ended. */
  void hold(GuardedConnection connection, int bytes) {
    if (bodyBytes.addAndGet(bytes) <= MAX_BODY_BYTES) return;
    open.stream()
        .min(Comparator.comparingLong(GuardedConnection::heldSince))
        .orElse(connection)
        .makeRoom();
  }
}
