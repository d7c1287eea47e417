package io.stripchart.ingest.protocol;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.util.Optional;

/** Each frame is a value: a number, or an object with {@code value} and perhaps {@code time}. */
final class PlainProtocol implements FeedProtocol {
  @Override
  public Optional<String> opening() {
    return Optional.empty();
  }

  @Override
  public Event read(Buffer text) {
    try {
      return Answer.ofPlain(Json.decodeValue(text));
    } catch (DecodeException e) {
      return new Event.Bad(BadFrame.NOT_JSON, "the frame is no JSON", true);
    }
  }

  @Override
  public Optional<String> ping() {
    return Optional.empty();
  }
}
