package io.stripchart.bench;

import java.time.Duration;
import java.util.Map;

/** Runs the load programs, each a process of its own. */
final class Load {
  static final double WARM_UP_SECONDS = 1.5;
  private static final String PROGRAMS = "io.stripchart.bench.load.";
  private static final Duration SPARE = Duration.ofSeconds(60);

  private Load() {}

  static Child start(String program, Object... arguments) {
    var texts = new String[arguments.length];
    for (int i = 0; i < arguments.length; i++) texts[i] = String.valueOf(arguments[i]);
    return Child.java(program, PROGRAMS + program, texts);
  }

  /** Waits for its end, which comes after {@code seconds} or a little more. */
  static Map<String, Double> run(double seconds, String program, Object... arguments) {
    try (var load = start(program, arguments)) {
      return load.outcome(SPARE.plusSeconds((long) seconds));
    }
  }

  static void pause(double seconds) {
    try {
      Thread.sleep((long) (seconds * 1_000));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
