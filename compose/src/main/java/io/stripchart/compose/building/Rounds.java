package io.stripchart.compose.building;

/**
 * Which sensors are due: each once in a round, evenly spread over it, so that they never all come
 * at once.
 */
final class Rounds {
  private final int sensors;
  private final long nanosOfARound;
  private long taken;

  Rounds(int sensors, long nanosOfARound) {
    this.sensors = sensors;
    this.nanosOfARound = nanosOfARound;
  }

  /**
   * @param nanos since the first round began
   * @return how many have become due since this was asked before, at most one round of them
   */
  int due(long nanos) {
    long rounds = nanos / nanosOfARound;
    double part = (double) (nanos % nanosOfARound) / nanosOfARound;
    long all = rounds * sensors + (long) (part * sensors) + 1;
    // After a long pause of this process, a sensor skips the measurements that it missed.
    taken = Math.max(taken, all - sensors);
    return (int) (all - taken);
  }

  /** The next sensor, from 0. */
  int next() {
    return (int) (taken++ % sensors);
  }
}
