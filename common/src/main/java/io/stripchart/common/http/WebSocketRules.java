package io.stripchart.common.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Enforces RFC 6455 on the client of a websocket, and sends it the close code: 1009 if a message is
 * too large, 1007 if a text is not UTF-8, 1002 for everything else. Vert.x drops the connection in
 * these cases, so clients assume a failure of the network and try again.
 *
 * <p>Messages in several frames arrive as one frame, even if the first one is empty.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failure closes the channel, which is noticed.
public final class WebSocketRules extends ChannelDuplexHandler {
  private static final String VERTX = "handler";

  /** For the client to read the close frame, and to close the connection itself. */
  private static final Duration FAREWELL = Duration.ofSeconds(3);

  /** That a close frame holds beside its code. */
  private static final int MAX_REASON_BYTES = 123;

  private final Runnable violated;
  private boolean ended;

  private WebSocketRules(Runnable violated) {
    this.violated = violated;
  }

  /**
   * To be called on the event loop of the socket, in the turn that opens it.
   *
   * @param maxMessageBytes of a message, however many frames it comes in
   * @param violated called once, when the client has broken a rule; nothing more is sent to it
   */
  public static void enforce(ServerWebSocket socket, int maxMessageBytes, Runnable violated) {
    var pipeline = ((WebSocketInternal) socket).channelHandlerContext().pipeline();
    pipeline.addBefore(VERTX, "utf8", new Utf8FrameValidator(false));
    pipeline.addBefore(VERTX, "messages", new WebSocketFrameAggregator(maxMessageBytes));
    pipeline.addBefore(VERTX, "rules", new WebSocketRules(violated));
    Pongs.bound(socket);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (ended) {
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (ended) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
    } else {
      ctx.write(message, promise);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (ended) return;
    if (cause instanceof CorruptedWebSocketFrameException violation) {
      end(ctx, violation.closeStatus(), violation.getMessage());
    } else if (cause instanceof TooLongFrameException) {
      end(ctx, WebSocketCloseStatus.MESSAGE_TOO_BIG, "the message is too large");
    } else if (cause instanceof CorruptedFrameException) {
      end(ctx, WebSocketCloseStatus.PROTOCOL_ERROR, cause.getMessage());
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  private void end(ChannelHandlerContext ctx, WebSocketCloseStatus status, String reason) {
    ended = true;
    var told = reason == null ? status.reasonText() : reason;
    if (told.getBytes(UTF_8).length > MAX_REASON_BYTES) told = status.reasonText();
    // The client's remaining data is read: closing with unread data would reset the connection, and
    // lose the close frame.
    ctx.channel().config().setAutoRead(true);
    ctx.writeAndFlush(new CloseWebSocketFrame(status, told)).addListener(sent -> finish(ctx));
    ctx.executor().schedule(() -> ctx.close(), FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
    violated.run();
  }

  private static void finish(ChannelHandlerContext ctx) {
    if (ctx.channel() instanceof DuplexChannel channel && channel.isActive()) {
      channel.shutdownOutput();
    } else {
      ctx.close();
    }
  }
}
