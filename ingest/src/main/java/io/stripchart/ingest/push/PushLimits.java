package io.stripchart.ingest.push;

import java.time.Duration;

/**
 * How much is taken at once.
 *
 * @param window readings at most that are unconfirmed
 * @param patience for the broker's confirm of a request
 */
public record PushLimits(int window, Duration patience) {
  static final int MAX_BODY_BYTES = 4 * 1024 * 1024;
  static final int MAX_REQUESTS = 1_000;
  static final long MAX_BYTES_IN_FLIGHT = 16L * MAX_BODY_BYTES;
}
