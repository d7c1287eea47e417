package io.stripchart.common.operations;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Lets one line a minute through, and counts those that it held back. For one thread. */
public final class LogLimit {
  private static final long PERIOD = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanoTime;
  private boolean used;
  private long last;
  private long heldBack;

  public LogLimit() {
    this(System::nanoTime);
  }

  /**
   * @param nanoTime a clock that never steps back, like {@link System#nanoTime}
   */
  public LogLimit(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * @return how many were held back since the last one, if this one may be logged
   */
  public OptionalLong admit() {
    long now = nanoTime.getAsLong();
    if (used && now - last < PERIOD) {
      heldBack++;
      return OptionalLong.empty();
    }
    var held = OptionalLong.of(heldBack);
    used = true;
    last = now;
    heldBack = 0;
    return held;
  }
}
