package io.stripchart.compose;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The text that a process prints once it runs.
 *
 * @param entrances its URLs
 * @param problems what does not work yet, by name
 */
record Banner(Map<Entrance, String> entrances, Map<String, String> problems) {
  Banner {
    entrances = entrances.isEmpty() ? Map.of() : new EnumMap<>(entrances);
    problems = new TreeMap<>(problems);
  }

  /** For a log line. */
  String keysAndValues() {
    var where =
        entrances.entrySet().stream()
            .map(entry -> entry.getKey().name().toLowerCase(Locale.ROOT) + "=" + entry.getValue())
            .collect(Collectors.joining(" "));
    return "ready=" + problems.isEmpty() + " " + where;
  }

  /** For people. */
  String text() {
    var lines =
        entrances.entrySet().stream()
            .map(entry -> "  %-12s%s%n".formatted(entry.getKey().label, entry.getValue()))
            .collect(Collectors.joining());
    var problem =
        problems.entrySet().stream()
            .map(entry -> "  Not working yet: %s: %s%n".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining());
    return "%nStripchart is running.%n%n".formatted()
        + lines
        + (problem.isEmpty() ? "" : "%n".formatted() + problem)
        + "%n  Ctrl-C stops it; what it has stored is kept.%n".formatted();
  }
}
