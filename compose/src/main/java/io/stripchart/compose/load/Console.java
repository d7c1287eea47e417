package io.stripchart.compose.load;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Supplier;

/** Lines for people, and below them, on a terminal, one that changes. */
public final class Console {
  private static final long PERIOD = Duration.ofMillis(100).toNanos();
  private static final String CLEARED = "\r\u001b[K";

  private final PrintStream out;
  private final boolean isTerminal;
  private boolean shows;
  private long shownAt;

  public Console(PrintStream out, boolean isTerminal) {
    this.out = out;
    this.isTerminal = isTerminal;
  }

  /** Prints a line. */
  public void tell(String line) {
    clear();
    out.println(line);
  }

  /** Shows how far it is, ten times a second at most; only on a terminal. */
  void show(Supplier<String> progress) {
    long now = System.nanoTime();
    if (!isTerminal || (shows && now - shownAt < PERIOD)) return;
    out.print(CLEARED + progress.get());
    out.flush();
    shows = true;
    shownAt = now;
  }

  /** Erases the output of {@link #show}. */
  void clear() {
    if (shows) out.print(CLEARED);
    out.flush();
    shows = false;
  }
}
