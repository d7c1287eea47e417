package io.stripchart.ingest.protocol;

import java.time.Instant;

/** What one frame of a feed means. */
public sealed interface Event {

  /**
   * A value.
   *
   * @param value finite
   * @param time as the feed gives it; null where it gives none
   */
  record Value(double value, Instant time) implements Event {}

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
   * Nothing that can be used.
   *
   * @param problem what is wrong, for people
   * @param wasValue whether it was meant as a value, so that it is kept for a look at it
   */
  record Bad(BadFrame kind, String problem, boolean wasValue) implements Event {}

  /** The server has ended the subscription. */
  record Ended(String reason) implements Event {}
}
