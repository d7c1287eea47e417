package io.stripchart.common.control;

import io.stripchart.common.reading.MalformedReadingException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/** Reads the body of a control message. */
final class ControlJson {
  private ControlJson() {}

  static <T> T read(byte[] body, Function<JsonObject, T> reader) {
    try {
      return reader.apply(new JsonObject(Buffer.buffer(body)));
    } catch (RuntimeException e) {
      // Whatever is missing or of a wrong type: it is not ours.
      throw new MalformedReadingException("control message: " + e.getMessage());
    }
  }
}
