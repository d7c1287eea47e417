package io.stripchart.testing;

/** Closes resources that must not outlive this JVM, even if it is stopped within a test. */
final class ExitHook {
  private final Thread hook;

  ExitHook(Runnable end) {
    hook = new Thread(end, "exit hook");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Unregisters it, when the resource has ended. */
  void cancel() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException exiting) {
      // Then it runs, and finds nothing to end.
    }
  }
}
