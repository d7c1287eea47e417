package io.stripchart.ingest.protocol;

import io.stripchart.common.reading.EpochPrecision;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** Each frame holds readings as a push does: a number, an object with a value, or an array. */
final class PlainProtocol implements FeedProtocol {
  private final Answer answers;

  PlainProtocol(EpochPrecision precision) {
    answers = new Answer(precision);
  }

  @Override
  public Optional<String> opening() {
    return Optional.empty();
  }

  @Override
  public Event read(Buffer text) {
    return answers.ofPlain(text);
  }

  @Override
  public Optional<String> ping() {
    return Optional.empty();
  }
}
