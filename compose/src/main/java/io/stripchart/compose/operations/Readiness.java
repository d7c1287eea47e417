package io.stripchart.compose.operations;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The response of {@code /readyz}.
 *
 * @param checks each by name, with its problem or empty
 * @param warnings for operators, by name; they do not affect readiness
 */
record Readiness(Map<String, Optional<String>> checks, Map<String, String> warnings) {
  Readiness(Map<String, Optional<String>> checks) {
    this(checks, Map.of());
  }

  boolean isReady() {
    return checks.values().stream().allMatch(Optional::isEmpty);
  }

  /** 503 takes the process out of its load balancer until it is of use again. */
  int statusCode() {
    return isReady() ? 200 : 503;
  }

  JsonObject json() {
    var byName = new JsonObject();
    checks.forEach((name, problem) -> byName.put(name, problem.orElse("ok")));
    var json =
        new JsonObject().put("status", isReady() ? "ready" : "not ready").put("checks", byName);
    if (!warnings.isEmpty()) json.put("warnings", new JsonObject(new TreeMap<>(warnings)));
    return json;
  }
}
