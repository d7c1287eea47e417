package io.stripchart.common.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.internal.http.WebSocketInternal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers pings of a websocket's peer instead of Vert.x, which queues a pong for each ping without
 * a limit. Here only a few pongs wait; of further pings only the last one is answered, as RFC 6455,
 * 5.5.3 permits. A peer that continues nevertheless is disconnected.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failure closes the channel, which is noticed.
public final class Pongs extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(Pongs.class);

  /** Unsent pongs at most. */
  static final int MAX_UNSENT = 64;

  /** Pings that may go unanswered in a row. */
  static final int MAX_UNANSWERED = 10_000;

  /** Vert.x's name of the handler that passes frames to the application. */
  private static final String VERTX = "handler";

  private ByteBuf last;
  private int unsent;
  private int unanswered;
  private boolean needsFlush;

  /**
   * Bounds the pongs of a websocket, which may be of a client or of a server. To be called on its
   * event loop, in the turn that opens it.
   */
  public static void bound(WebSocketBase socket) {
    var pipeline = ((WebSocketInternal) socket).channelHandlerContext().pipeline();
    if (pipeline.get(Pongs.class) == null) pipeline.addBefore(VERTX, "pongs", new Pongs());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof PingWebSocketFrame ping) {
      answer(ctx, ping.content());
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private void answer(ChannelHandlerContext ctx, ByteBuf payload) {
    if (unanswered % 1000 == 999) if (unsent >= MAX_UNSENT) flush(ctx);
    if (unsent < MAX_UNSENT) {
      unanswered = 0;
      send(ctx, payload);
      return;
    }
    if (last != null) last.release();
    last = payload;
    if (++unanswered > MAX_UNANSWERED) {
      log.info("event=ping_flood peer={}", ctx.channel().remoteAddress());
      ctx.close();
    }
  }

  private void send(ChannelHandlerContext ctx, ByteBuf payload) {
    unsent++;
    needsFlush = true;
    ctx.write(new PongWebSocketFrame(payload)).addListener(sent -> sent(ctx, sent.isSuccess()));
  }

  private void sent(ChannelHandlerContext ctx, boolean isSent) {
    unsent--;
    if (!isSent || last == null) return;
    var payload = last;
    last = null;
    send(ctx, payload);
  }

  private void flush(ChannelHandlerContext ctx) {
    needsFlush = false;
    ctx.flush();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (needsFlush) flush(ctx);
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (needsFlush && ctx.channel().isWritable()) flush(ctx);
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (last != null) last.release();
    last = null;
  }
}
