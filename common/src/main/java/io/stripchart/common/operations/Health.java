package io.stripchart.common.operations;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * Readiness of this process. Each role adds its own checks when it starts; the operations port
 * reports them. Safe for any thread.
 */
public final class Health {
  private final Map<String, Supplier<Optional<String>>> checks = new ConcurrentSkipListMap<>();
  private final Map<String, Supplier<Optional<String>>> warnings = new ConcurrentSkipListMap<>();

  /**
   * @param name of the check, like {@code persist.consumer}
   * @param problem what does not work, or empty; called from any thread, must not block
   */
  public void add(String name, Supplier<Optional<String>> problem) {
    checks.put(name, problem);
  }

  /**
   * Adds a warning for operators that does not affect readiness.
   *
   * @param name of the check, like {@code persist.durability}
   * @param warning or empty; called from any thread, must not block
   */
  public void addWarning(String name, Supplier<Optional<String>> warning) {
    warnings.put(name, warning);
  }

  /** Removes a check and a warning of this name. */
  public void remove(String name) {
    checks.remove(name);
    warnings.remove(name);
  }

  /** The warnings there are now, by name. */
  public Map<String, String> warnings() {
    var present = new TreeMap<String, String>();
    warnings.forEach((name, warning) -> warning.get().ifPresent(text -> present.put(name, text)));
    return present;
  }

  /** Every check by name, with its problem or empty. */
  public Map<String, Optional<String>> report() {
    var report = new TreeMap<String, Optional<String>>();
    checks.forEach((name, problem) -> report.put(name, problem.get()));
    return report;
  }
}
