package io.stripchart.testing;

/** Open unless it was shut and not opened again. */
final class Gate {
  private int shut;

  synchronized void shut() {
    shut++;
  }

  synchronized void open() {
    shut--;
    notifyAll();
  }

  /** Waits until it is open. */
  synchronized void pass() throws InterruptedException {
    while (shut > 0) {
      wait();
    }
  }
}
