package io.stripchart.testing;

/** What must not outlive this JVM, even one that is told to stop in the middle of a test. */
final class ExitHook {
  private final Thread hook;

  ExitHook(Runnable end) {
    hook = new Thread(end, "exit hook");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Forgets it, once what it would have ended has ended. */
  void cancel() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException exiting) {
      // Then it runs, and finds nothing to end.
    }
  }
}
