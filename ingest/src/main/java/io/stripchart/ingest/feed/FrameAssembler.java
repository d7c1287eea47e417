package io.stripchart.ingest.feed;

import io.stripchart.ingest.protocol.BadFrame;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;

/**
 * Joins the frames of a message. Keeps at most {@value #MAX_BYTES} bytes: a longer message is
 * counted off and thrown away.
 */
final class FrameAssembler {
  static final int MAX_BYTES = 1024 * 1024;

  /** A complete message. */
  interface Sink {
    void text(Buffer text);

    void binary(Buffer bytes);

    /** A message that is too long to be kept. */
    void useless(BadFrame kind, long bytes);
  }

  private final Sink sink;
  private Buffer gathered = Buffer.buffer();
  private boolean binary;
  private long bytes;

  FrameAssembler(Sink sink) {
    this.sink = sink;
  }

  void add(WebSocketFrame frame) {
    if (frame.isText() || frame.isBinary()) {
      binary = frame.isBinary();
      bytes = 0;
      gathered = Buffer.buffer();
    } else if (!frame.isContinuation()) {
      return;
    }
    bytes += frame.binaryData().length();
    // Discarded data is only counted.
    if (bytes <= MAX_BYTES) gathered.appendBuffer(frame.binaryData());
    if (frame.isFinal()) finish();
  }

  private void finish() {
    var whole = gathered;
    gathered = Buffer.buffer();
    if (bytes > MAX_BYTES) {
      sink.useless(binary ? BadFrame.BINARY : BadFrame.TOO_LARGE, bytes);
    } else if (binary) {
      sink.binary(whole);
    } else {
      sink.text(whole);
    }
  }
}
