package io.stripchart.compose.load;

import java.util.function.Consumer;

/** Refused values: each with its path in the file, up to a limit, and all counted. */
final class Refusals {
  static final int MAX_TOLD = 100;

  private final Consumer<String> told;
  private long problems;
  private long values;

  /**
   * @param told receives a line for each of the first {@value #MAX_TOLD} problems
   */
  Refusals(Consumer<String> told) {
    this.told = told;
  }

  /**
   * @param path in the file
   * @param count of values that are not loaded for it; 1 at least is counted
   */
  void add(String path, String problem, long count) {
    problems++;
    values += Math.max(1, count);
    if (problems <= MAX_TOLD) told.accept("refused " + path + ": " + problem);
    if (problems == MAX_TOLD) told.accept("further ones are counted, and not told one by one");
  }

  /** Values that are not loaded. */
  long values() {
    return values;
  }
}
