package io.stripchart.api.buckets;

import java.time.Instant;

/** Whole microseconds. Those of ChronoUnit fail over more than 292 years, as they go by nanos. */
public final class Micros {
  private static final long A_SECOND = 1_000_000;

  private Micros() {}

  public static long between(Instant from, Instant to) {
    long seconds = to.getEpochSecond() - from.getEpochSecond();
    return seconds * A_SECOND + (to.getNano() - from.getNano()) / 1_000L;
  }
}
