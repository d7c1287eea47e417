package io.stripchart.ingest.protocol;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * One side of a conversation over one websocket: messages to send, and the meaning of frames. Does
 * no I/O. An instance serves one websocket.
 */
public interface FeedProtocol {
  /** Readings of one frame at most, as in a push. */
  int MAX_READINGS = 10_000;

  /** The first message to send; empty if the server sends values without a request. */
  Optional<String> opening();

  /** Reads a text frame of at most 1 MiB; whatever it holds, there is an event for it. */
  Event read(Buffer text);

  /** Message that requests a sign of life; empty if the websocket's own ping is used. */
  Optional<String> ping();
}
