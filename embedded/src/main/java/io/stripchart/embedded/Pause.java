package io.stripchart.embedded;

/** Delay between two polls of a condition that cannot be awaited. */
final class Pause {
  private Pause() {}

  /**
   * Sleeps.
   *
   * @throws IllegalStateException if the thread is interrupted; it stays interrupted
   */
  static void millis(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", interrupted);
    }
  }
}
