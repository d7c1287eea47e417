package io.stripchart.ingest.protocol;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** Each frame holds readings as a push does: a number, an object with a value, or an array. */
final class PlainProtocol implements FeedProtocol {
  @Override
  public Optional<String> opening() {
    return Optional.empty();
  }

  @Override
  public Event read(Buffer text) {
    return Answer.ofPlain(text);
  }

  @Override
  public Optional<String> ping() {
    return Optional.empty();
  }
}
