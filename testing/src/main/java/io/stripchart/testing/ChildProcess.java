package io.stripchart.testing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;

/**
 * A separate JVM with the class path of this one, for programs that a test kills.
 *
 * <p>It ends with this JVM at the latest, unless this one is itself killed. All methods may be
 * called from any thread.
 */
public final class ChildProcess implements AutoCloseable {
  private final Process process;
  private final OutputLines output;
  private final ExitHook atExit;

  ChildProcess(Process process, String name) {
    this.process = process;
    this.output = new OutputLines(process.getInputStream(), name);
    this.atExit = new ExitHook(process::destroyForcibly);
  }

  /** A class with a {@code main}; it inherits the environment except {@code STRIPCHART_…}. */
  public static JavaCommand of(Class<?> mainClass) {
    return of(mainClass.getName());
  }

  /** As {@link #of(Class)}, by name. */
  public static JavaCommand of(String mainClass) {
    return new JavaCommand(mainClass, List.of(), List.of(), Map.of());
  }

  /**
   * Waits for a line of its output in which a regular expression is found; those already written
   * count, the last {@value OutputLines#KEPT} of them.
   *
   * @return the first match, with its groups
   * @throws IllegalStateException if there is none after {@code limit}, or when the process has
   *     ended; the message has the end of its output
   */
  public Matcher awaitLine(String regex, Duration limit) {
    return output.await(regex, limit);
  }

  /** The last lines of its output, oldest first, at most {@value OutputLines#KEPT}. */
  public List<String> lines() {
    return output.lines();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** {@code kill -9}; returns when it is gone. */
  public void kill9() {
    process.destroyForcibly();
    awaitExit(Duration.ofSeconds(30));
  }

  /** {@code SIGTERM}; returns at once. */
  public void terminate() {
    process.destroy();
  }

  /**
   * Waits for its end.
   *
   * @return its exit code; 128 + n if signal n ended it
   * @throws IllegalStateException if it still runs after {@code limit}
   */
  public int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("still running after " + limit + "\n" + output.tail());
      }
      return process.exitValue();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for an exit", interrupted);
    }
  }

  /** Kills it if it still runs. */
  @Override
  public void close() {
    kill9();
    atExit.cancel();
  }

  /** The end of its output, for a failure's message. */
  @Override
  public String toString() {
    return "process " + process.pid() + "\n" + output.tail();
  }
}
