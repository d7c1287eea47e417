package io.stripchart.common.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.stripchart.common.http.RequestRules.RefusedRequestException;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;

/**
 * Decodes requests as Vert.x does, and refuses two things that Netty mends silently: a body with
 * both {@code Transfer-Encoding} and {@code Content-Length}, and a header that goes on in the next
 * line.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
  private boolean inHead = true;
  private boolean afterLineFeed;
  private boolean folded;
  private boolean twoLengths;

  StrictRequestDecoder(HttpServerOptions options) {
    super(options);
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    twoLengths = true;
    super.handleTransferEncodingChunkedWithContentLength(message);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
      throws Exception {
    int from = buffer.readerIndex();
    int before = out.size();
    super.decode(ctx, buffer, out);
    // A call decodes either a part of a head, or a part of a body.
    if (inHead) look(buffer, from, buffer.readerIndex());
    for (int i = before; i < out.size(); i++) {
      if (out.get(i) instanceof HttpRequest request) begin(request);
      if (out.get(i) instanceof LastHttpContent) end();
    }
  }

  private void look(ByteBuf buffer, int from, int to) {
    for (int i = from; i < to && !folded; i++) {
      byte b = buffer.getByte(i);
      folded = afterLineFeed && (b == ' ' || b == '\t');
      afterLineFeed = b == '\n';
    }
  }

  private void begin(HttpRequest request) {
    inHead = false;
    if (!request.decoderResult().isSuccess()) return;
    if (twoLengths) {
      refuse(request, "Transfer-Encoding: must not be given together with Content-Length");
    } else if (folded) {
      refuse(request, "headers: each must be on one line");
    }
  }

  private static void refuse(HttpRequest request, String detail) {
    request.setDecoderResult(
        DecoderResult.failure(new RefusedRequestException(RequestRules.bad(detail))));
  }

  private void end() {
    inHead = true;
    afterLineFeed = false;
    folded = false;
    twoLengths = false;
  }
}
