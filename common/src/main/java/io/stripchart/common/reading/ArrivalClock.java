package io.stripchart.common.reading;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stamps readings without a time: the wall clock in microseconds, but strictly increasing over the
 * whole process, and so for each series, also while the wall clock stands still or steps back. With
 * a {@link StampShare}, it uses the times of that share only, so that no stamp equals one of
 * another process or of an earlier one. Safe for any thread.
 */
public final class ArrivalClock {
  private final Clock clock;
  private final AtomicLong lastMicros = new AtomicLong();
  private volatile StampShare share;

  public ArrivalClock(Clock clock) {
    this.clock = clock;
  }

  public Instant next() {
    return next(clock.instant());
  }

  /** A stamp for what arrived at this time. */
  public Instant next(Instant arrival) {
    long now = ReadingTime.micros(arrival);
    var own = share;
    long micros =
        lastMicros.updateAndGet(
            last -> {
              long next = Math.max(now, last + 1);
              return own == null ? next : own.atOrAfter(next);
            });
    return ReadingTime.ofMicros(micros);
  }

  /** Leaves out the next stamps, which the caller gives away by itself. */
  public void skip(int count) {
    lastMicros.addAndGet((long) count * StampShare.SLOTS);
  }

  /** Has it stamp with the times of this share from now on. */
  public void use(StampShare granted) {
    share = granted;
  }

  /** The last stamp, in microseconds of the epoch; 0 if there is none. */
  public long lastMicros() {
    return lastMicros.get();
  }

  /** Whether the last stamp is one of the share that it was given last. */
  public boolean isCovered() {
    var own = share;
    return own != null && lastMicros.get() <= own.until();
  }

  /** Why its stamps may be equal to those of others, where they may be. */
  public Optional<String> problem() {
    return isCovered()
        ? Optional.empty()
        : Optional.of("no times are reserved at the broker for readings that bring none");
  }
}
