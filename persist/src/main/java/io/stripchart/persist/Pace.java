package io.stripchart.persist;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How soon a batch may follow the one before. A transaction costs broker, database and listeners
 * about the same whether it stores ten readings or hundreds. So each reading of a batch gives the
 * next one half a millisecond to gather in, 20 ms at most, reckoned from the batch's beginning. If
 * fewer than 2,000 readings a second come evenly, that is over before the batch is committed, so
 * that nothing waits; if more come, batches grow until there are 50 a second. Behind many that came
 * at once, the next ones wait, for 20 ms at most.
 */
final class Pace {
  private static final long NANOS_PER_READING = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final LongSupplier nanoTime;
  private long begun;
  private long gathering;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  Pace(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A batch begins. */
  void begin(int readings) {
    begun = nanoTime.getAsLong();
    gathering = Math.min(readings * NANOS_PER_READING, MAX_NANOS);
  }

  /** For how long the next one may go on gathering; less than a millisecond counts as nothing. */
  long leftMillis() {
    if (gathering == 0) return 0;
    long left = gathering - (nanoTime.getAsLong() - begun);
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(left));
  }
}
