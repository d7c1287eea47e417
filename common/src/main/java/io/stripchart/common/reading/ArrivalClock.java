package io.stripchart.common.reading;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stamps what brings no time of its own: the wall clock in microseconds, but strictly increasing
 * over the whole process, and so for each series, also while the wall clock stands still or steps
 * back. Safe for any thread.
 */
public final class ArrivalClock {
  private final Clock clock;
  private final AtomicLong lastMicros = new AtomicLong();

  public ArrivalClock(Clock clock) {
    this.clock = clock;
  }

  public Instant next() {
    long now = ReadingTime.micros(clock.instant());
    long micros = lastMicros.updateAndGet(last -> Math.max(now, last + 1));
    return ReadingTime.ofMicros(micros);
  }

  /** Leaves out the next {@code count} microseconds, which the caller gives away by itself. */
  public void skip(int count) {
    lastMicros.addAndGet(count);
  }
}
