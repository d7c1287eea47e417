package io.stripchart.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What to measure, and where.
 *
 * @param rounds how often each thing is measured
 * @param seconds how long each time
 * @param only names of the measurements
 * @param record the folder for recordings of each process; empty for none
 * @param brokerUri empty for an embedded one
 * @param databaseUri empty for an embedded one
 */
record Options(
    int rounds,
    int seconds,
    Set<String> only,
    Optional<Path> record,
    Optional<String> brokerUri,
    Optional<String> databaseUri) {
  static final Set<String> ALL = Set.of("feed", "push", "latency", "query");

  /**
   * @throws IllegalArgumentException for what is no option
   */
  static Options of(List<String> arguments) {
    int rounds = 3;
    int seconds = 6;
    var only = ALL;
    Optional<Path> record = Optional.empty();
    for (var left = arguments.iterator(); left.hasNext(); ) {
      var option = left.next();
      if (!left.hasNext()) throw new IllegalArgumentException(option + ": needs a value");
      var value = left.next();
      switch (option) {
        case "--rounds" -> rounds = Integer.parseInt(value);
        case "--seconds" -> seconds = Integer.parseInt(value);
        case "--only" -> only = Set.of(value.split(","));
        case "--record" -> record = Optional.of(Path.of(value).toAbsolutePath());
        default -> throw new IllegalArgumentException(option + ": is no option");
      }
    }
    return new Options(
        rounds,
        seconds,
        only,
        record,
        given("STRIPCHART_AMQP_URI"),
        given("STRIPCHART_DATABASE_URI"));
  }

  private static Optional<String> given(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(uri -> !uri.isBlank());
  }
}
