package io.stripchart.ingest.protocol;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;

/** The meaning of one frame of a feed. */
public sealed interface Event {

  /**
   * A value.
   *
   * @param value finite
   * @param time as the feed gives it; null if it gives none
   */
  record Value(double value, Instant time) implements Event {}

  /**
   * An array of values.
   *
   * @param items in their order, each a {@link Value} or a {@link Bad}
   */
  record Values(List<Event> items) implements Event {
    public Values {
      items = List.copyOf(items);
    }
  }

  /**
   * The server is ready for us.
   *
   * @param subscribe to be sent now
   */
  record Accepted(String subscribe) implements Event {}

  /** The server asks for an answer at once. */
  record Reply(String text) implements Event {}

  /** A sign of life and nothing else. */
  record Alive() implements Event {}

  /**
   * A frame that no message of a GraphQL protocol looks like, ahead of connection_ack: the server
   * seems to send plain values.
   */
  record Plain() implements Event {}

  /**
   * An unusable frame or item.
   *
   * @param problem the error, for people
   * @param wasValue whether it was meant as a value, and is dead-lettered
   * @param part the invalid item of an array; null if it is the whole frame
   */
  record Bad(BadFrame kind, String problem, boolean wasValue, Buffer part) implements Event {
    public Bad(BadFrame kind, String problem, boolean wasValue) {
      this(kind, problem, wasValue, null);
    }
  }

  /** The server has ended the subscription. */
  record Ended(String reason) implements Event {}
}
