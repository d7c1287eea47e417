package io.stripchart.ingest.protocol;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * One side of a conversation over one websocket: what to say, and what frames mean. Does no I/O. An
 * instance serves one websocket.
 */
public interface FeedProtocol {
  /** Readings of one frame at most, as in a push. */
  int MAX_READINGS = 10_000;

  /** What is said first; empty where the server sends values without being asked. */
  Optional<String> opening();

  /** Reads a text frame of at most 1 MiB; whatever it holds, there is an event for it. */
  Event read(Buffer text);

  /** What asks for a sign of life; empty where the websocket's own ping has to do. */
  Optional<String> ping();
}
