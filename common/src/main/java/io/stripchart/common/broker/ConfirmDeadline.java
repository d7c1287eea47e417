package io.stripchart.common.broker;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells when a connection counts as dead because confirms are owed and none come. A broker that
 * blocks publishers is given longer, and the time of a block does not count once it is over: a
 * broker that has just unblocked still has to confirm what it read before.
 */
final class ConfirmDeadline {
  private static final Duration PATIENCE_WHILE_BLOCKED = Duration.ofSeconds(60);

  private final Duration patience;
  private final LongSupplier nanoTime;
  private volatile long progress;
  private boolean blocked;

  /**
   * @param nanoTime a clock that never steps back, like {@link System#nanoTime}
   */
  ConfirmDeadline(Duration patience, LongSupplier nanoTime) {
    this.patience = patience;
    this.nanoTime = nanoTime;
    progress();
  }

  /** A confirm came, or the first message was sent after all earlier ones were confirmed. */
  void progress() {
    progress = nanoTime.getAsLong();
  }

  /**
   * To be called every so often, by one thread.
   *
   * @param owed whether confirms are owed
   * @param isBlocked whether the broker blocks publishers now
   * @return whether the connection is dead
   */
  boolean isOver(boolean owed, boolean isBlocked) {
    if (blocked != isBlocked) progress();
    blocked = isBlocked;
    return owed && nanoTime.getAsLong() - progress > patience().toNanos();
  }

  /** How long confirms may be owed, as of the last look. */
  Duration patience() {
    var longer = patience.compareTo(PATIENCE_WHILE_BLOCKED) > 0 ? patience : PATIENCE_WHILE_BLOCKED;
    return blocked ? longer : patience;
  }
}
