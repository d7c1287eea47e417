package io.stripchart.common.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.stripchart.common.http.RequestRules.RefusedRequestException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a server, between the HTTP codec and Vert.x: refuses requests that break the
 * rules of {@link RequestRules} or a limit, and closes the connection when its client is too slow.
 * Belongs to the event loop of the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failure closes the channel, which is noticed.
final class GuardedConnection extends ChannelDuplexHandler {
  private static final Logger log = LoggerFactory.getLogger(GuardedConnection.class);
  private static final String FORWARDED_FOR = "x-forwarded-for";

  /** Requests that a client may send before it has the answers of the earlier ones. */
  static final int MAX_PIPELINED = 100;

  /** Bytes of waiting output that a client must read in the time for unread output. */
  static final int MIN_READ = 64 * 1024;

  /** How much is still read after a refusal, so that the client can read the response. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final HttpPort port;
  private final HttpSettings settings;
  private final InetAddress peer;

  /** Of the connection; null if it is of a proxy, whose clients share it. */
  private final Object connectionKey;

  private volatile ChannelHandlerContext ctx;
  private boolean counted;

  /** Of the request that is being answered; null if none is counted. */
  private Object requestKey;

  private int unanswered;
  private boolean responding;
  private boolean upgraded;

  /** Nothing more is read: the last request was refused. */
  private boolean refused;

  /** Nothing more is written: the refusal was the last answer. */
  private boolean silenced;

  private boolean closing;

  // Begin of a head that is incomplete, or 0; likewise of a body.
  private long headSince = System.nanoTime();
  private long bodySince;
  private long bodyBytes;
  private boolean isNew = true;
  private boolean hasRead;
  private long idleSince;

  // Output: what waited when the client was last seen to have read enough, and what it had read.
  private final Wire wire = new Wire();
  private long unread;
  private long read;
  private long readAt;

  /** Of the message of a websocket of which not all frames have come. */
  private long messageBytes;

  /** Counts the bytes of the socket. */
  private final class Wire extends ChannelDuplexHandler {
    /** Written, or waiting to be. */
    private long bytes;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (upgraded && message instanceof ByteBuf buffer) received(buffer.readableBytes());
      context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (message instanceof ByteBuf buffer) bytes += buffer.readableBytes();
      context.write(message, promise);
    }
  }

  GuardedConnection(HttpPort port, HttpSettings settings, Channel channel) {
    this.port = port;
    this.settings = settings;
    this.peer =
        channel.remoteAddress() instanceof InetSocketAddress address
            ? address.getAddress()
            : InetAddress.getLoopbackAddress();
    this.connectionKey = settings.proxies().trust(peer) ? null : AddressCounts.key(peer);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ctx = context;
    context.pipeline().addFirst("wire", wire);
    var outcome = port.connections().enter(connectionKey);
    counted = outcome == AddressCounts.Outcome.COUNTED;
    if (!counted) refuse(full(outcome, "connections are open"));
  }

  private static Problem full(AddressCounts.Outcome outcome, String what) {
    return outcome == AddressCounts.Outcome.FULL
        ? new Problem(HttpProblem.OVERLOADED, "too many " + what)
        : new Problem(HttpProblem.TOO_BUSY, "too many " + what + " from this address");
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    boolean dropped = refused;
    hasRead = true;
    if (upgraded && message instanceof WebSocketFrame frame) {
      taken(frame);
    } else if (!dropped && message instanceof HttpRequest request) {
      begin(request);
    } else if (!dropped && message instanceof HttpContent content) {
      dropped = isRefused(content);
    }
    if (dropped) {
      ReferenceCountUtil.release(message);
    } else {
      context.fireChannelRead(message);
    }
  }

  private void begin(HttpRequest request) {
    headSince = 0;
    isNew = false;
    bodySince = System.nanoTime();
    var problem = problem(request);
    if (problem != null) {
      // Vert.x answers in turn, as the requests before may be unanswered.
      refused = true;
      request.setDecoderResult(DecoderResult.failure(new RefusedRequestException(problem)));
    }
  }

  /** Null if the request is processed; then it is counted. */
  private Problem problem(HttpRequest request) {
    boolean isFirst = unanswered++ == 0;
    if (!request.decoderResult().isSuccess()) {
      return RequestRules.problem(request.decoderResult().cause());
    }
    if (!RequestRules.isKnown(request.protocolVersion())) {
      request.setProtocolVersion(HttpVersion.HTTP_1_1);
      return new Problem(HttpProblem.HTTP_VERSION, "version: must be HTTP/1.1 or HTTP/1.0");
    }
    var problem = RequestRules.problem(request, settings, peer);
    if (problem != null) return problem;
    if (unanswered > MAX_PIPELINED) {
      return new Problem(
          HttpProblem.TOO_BUSY, "at most " + MAX_PIPELINED + " requests before their answers");
    }
    return isFirst ? count(request) : null;
  }

  private Problem count(HttpRequest request) {
    var hops = request.headers().getAll(FORWARDED_FOR);
    var forwarded = hops.isEmpty() ? null : String.join(",", hops);
    var key = AddressCounts.key(settings.proxies().client(peer, forwarded));
    var outcome = port.requests().enter(key);
    if (outcome != AddressCounts.Outcome.COUNTED) {
      return full(outcome, "requests are being worked on");
    }
    requestKey = key;
    return null;
  }

  private boolean isRefused(HttpContent content) {
    if (!content.decoderResult().isSuccess()) {
      refuse(RequestRules.bad("body: the chunks are malformed"));
    } else if (content instanceof LastHttpContent) {
      bodySince = 0;
      releaseBody();
      if (unanswered == 0) idleSince = System.nanoTime();
    } else if (unanswered > 0) {
      // Otherwise it is answered, and the rest of the body is skipped.
      int bytes = content.content().readableBytes();
      bodyBytes += bytes;
      port.hold(this, bytes);
    }
    return refused;
  }

  /** Of a websocket: a message that has not come whole counts as a body. */
  private void received(int bytes) {
    if (bodySince == 0) bodySince = System.nanoTime();
    bodyBytes += bytes;
    port.hold(this, bytes);
  }

  private void taken(WebSocketFrame frame) {
    int length = frame.content().readableBytes();
    long bytes = length + (length > 65_535 ? 14L : length > 125 ? 8 : 6);
    boolean isControl =
        frame instanceof PingWebSocketFrame
            || frame instanceof PongWebSocketFrame
            || frame instanceof CloseWebSocketFrame;
    if (!isControl) {
      messageBytes += bytes;
      if (!frame.isFinalFragment()) return;
      bytes = messageBytes;
      messageBytes = 0;
      bodySince = System.nanoTime();
    }
    bytes = Math.min(bytes, bodyBytes);
    bodyBytes -= bytes;
    port.release(bytes);
    if (bodyBytes == 0) bodySince = 0;
  }

  private void releaseBody() {
    port.release(bodyBytes);
    bodyBytes = 0;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (!hasRead && !upgraded) {
      // Bytes came, and no message: a part of a head.
      isNew = false;
      if (headSince == 0 && bodySince == 0) headSince = System.nanoTime();
    }
    hasRead = false;
    context.fireChannelReadComplete();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (silenced) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    if (message instanceof HttpResponse response) Compression.mend(response);
    context.write(message, promise);
    if (message instanceof HttpResponse response) {
      int status = response.status().code();
      if (status == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) upgraded = true;
      else if (status < HttpResponseStatus.OK.code()) return;
      responding = true;
    }
    if (message instanceof LastHttpContent) answered();
  }

  private void answered() {
    responding = false;
    releaseBody();
    if (unanswered > 0) unanswered--;
    if (unanswered > 0) return;
    leaveRequest();
    idleSince = System.nanoTime();
  }

  private void leaveRequest() {
    if (requestKey != null) port.requests().leave(requestKey);
    requestKey = null;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    leave();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    leave();
  }

  private void leave() {
    leaveRequest();
    releaseBody();
    port.forget(this);
    if (counted) port.connections().leave(connectionKey);
    counted = false;
  }

  /** Closes the connection when something takes too long. Any thread; called once a second. */
  void look() {
    var context = ctx;
    // It is just being added, on another event loop.
    if (context == null) return;
    if (context.executor().inEventLoop()) {
      look(System.nanoTime());
    } else {
      context.executor().execute(() -> look(System.nanoTime()));
    }
  }

  private void look(long now) {
    var limits = settings.limits();
    if (isStalled(now, limits.unread())) {
      log.debug("event=unread_output peer={}", peer);
      closing = true;
      ctx.close();
    } else if (refused) {
      // It ends by itself.
    } else if (upgraded) {
      // A websocket has its own rules for silence. It may be paused while it has much to do.
      if (!ctx.channel().config().isAutoRead()) bodySince = bodySince == 0 ? 0 : now;
      else if (bodySince != 0 && isOver(bodySince, now, limits.body())) ctx.close();
    } else if (bodySince != 0) {
      if (isOver(bodySince, now, limits.body())) refuse(late("body", limits.body()));
    } else if (unanswered == 0 && headSince != 0) {
      if (isOver(headSince, now, limits.head())) endHead(limits.head());
    } else if (unanswered == 0 && isOver(idleSince, now, limits.idle())) {
      ctx.close();
    }
  }

  private void endHead(Duration limit) {
    if (isNew) {
      // Browsers open connections in advance, so no request is waiting for a response.
      ctx.close();
    } else {
      refuse(late("head", limit));
    }
  }

  private static boolean isOver(long since, long now, Duration limit) {
    return now - since > limit.toNanos();
  }

  private static Problem late(String what, Duration limit) {
    return new Problem(HttpProblem.REQUEST_LATE, what + ": must come within " + limit);
  }

  /**
   * Whether the client reads too slowly: for the whole limit output has waited, and the client has
   * read neither all of it nor {@link #MIN_READ}. So reading byte by byte does not help.
   */
  private boolean isStalled(long now, Duration limit) {
    var buffer = ctx.channel().unsafe().outboundBuffer();
    long waiting = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    long readNow = wire.bytes - waiting;
    if (waiting > 0 && unread > 0 && readNow - read < Math.min(unread, MIN_READ)) {
      return isOver(readAt, now, limit);
    }
    unread = waiting;
    read = readNow;
    readAt = now;
    return false;
  }

  /** When the body began that takes room; {@link Long#MAX_VALUE} if none does. Any thread. */
  long heldSince() {
    return bodyBytes > 0 ? bodySince : Long.MAX_VALUE;
  }

  /** Ends a request whose body takes room that others need. Any thread. */
  void makeRoom() {
    var problem = new Problem(HttpProblem.OVERLOADED, "bodies: too many bytes are under way");
    if (ctx.executor().inEventLoop()) {
      refuse(problem);
    } else {
      ctx.executor().execute(() -> refuse(problem));
    }
  }

  /** Answers at once, if no answer is on its way, and closes the connection. */
  private void refuse(Problem problem) {
    if (refused) return;
    refused = true;
    releaseBody();
    if (upgraded || responding || unanswered > 1) {
      ctx.close();
      return;
    }
    var body = Unpooled.copiedBuffer(problem.toJson(), UTF_8);
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(problem.status()), body);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    silenced = true;
    ctx.writeAndFlush(response).addListener(sent -> finish(ctx.newPromise()));
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    if (refused) {
      finish(promise);
    } else {
      context.close(promise);
    }
  }

  /**
   * Closes in two steps: to close while the client still sends would reset the connection, and the
   * client might not get to read the answer.
   */
  private void finish(ChannelPromise promise) {
    if (closing || !(ctx.channel() instanceof DuplexChannel channel) || !channel.isActive()) {
      ctx.close(promise);
      return;
    }
    closing = true;
    channel.config().setAutoRead(true);
    channel.shutdownOutput();
    ctx.executor().schedule(() -> ctx.close(promise), FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
  }
}
