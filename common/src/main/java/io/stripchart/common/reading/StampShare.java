package io.stripchart.common.reading;

import java.time.Instant;

/**
 * The times that one process alone stamps readings with: of all microseconds those of a remainder,
 * from one time to another. So two processes never stamp the same time, nor one after a restart a
 * time that it stamped before.
 *
 * @param slot the remainder of these microseconds of the epoch, divided by {@link #SLOTS}
 * @param after they begin behind this one, in microseconds of the epoch
 * @param until the last one, in microseconds of the epoch
 */
public record StampShare(int slot, long after, long until) {
  /**
   * So many processes can stamp at a time, each 50,000 readings a second; beyond that stamps run
   * ahead of the clock.
   */
  public static final int SLOTS = 20;

  /** From one time of a share to the next. */
  public static final long STEP_NANOS = SLOTS * 1_000L;

  /** Whether it holds a time. */
  public boolean holds(Instant time) {
    long micros = ReadingTime.micros(time);
    return micros > after && micros <= until && Math.floorMod(micros, SLOTS) == slot;
  }

  /** The first of its times that is not before, also beyond its end. */
  long atOrAfter(long micros) {
    long from = Math.max(micros, after + 1);
    return from + Math.floorMod(slot - from, SLOTS);
  }
}
