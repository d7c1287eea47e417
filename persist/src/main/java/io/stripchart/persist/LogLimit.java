package io.stripchart.persist;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Lets one log line a minute through. For one context. */
final class LogLimit {
  private static final Duration PERIOD = Duration.ofMinutes(1);

  private final Clock clock;
  private Instant next = Instant.MIN;

  LogLimit(Clock clock) {
    this.clock = clock;
  }

  boolean permits() {
    var now = clock.instant();
    if (now.isBefore(next)) return false;
    next = now.plus(PERIOD);
    return true;
  }
}
