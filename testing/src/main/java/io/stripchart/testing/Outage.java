package io.stripchart.testing;

/** A fault that lasts until it is closed: {@code try (var outage = broker.stopped()) { … }}. */
public interface Outage extends AutoCloseable {
  /** Ends the fault; a second call does nothing. */
  @Override
  void close();
}
