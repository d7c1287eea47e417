package io.stripchart.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Options of the benchmark.
 *
 * @param rounds number of rounds
 * @param seconds duration of each measurement
 * @param only names of the measurements
 * @param record folder for recordings of each process; empty for none
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
  /** All subjects. The last five take long and run only if named. */
  static final List<String> ALL =
      List.of(
          "feed",
          "push",
          "burst",
          "wide",
          "latency",
          "query",
          "crowd",
          "rolling",
          "rooms",
          "factories",
          "resume",
          "processes",
          "series",
          "year",
          "scale");

  /** As series that others make would count. */
  private static final String ALONE = "series";

  static final Set<String> USUAL = Set.copyOf(ALL.subList(0, ALL.size() - 5));

  /**
   * @throws IllegalArgumentException for an unknown option or an invalid value
   */
  static Options of(List<String> arguments) {
    int rounds = 3;
    int seconds = 6;
    var only = USUAL;
    Optional<Path> record = Optional.empty();
    for (var left = arguments.iterator(); left.hasNext(); ) {
      var option = left.next();
      if (!left.hasNext()) throw new IllegalArgumentException(option + ": needs a value");
      var value = left.next();
      switch (option) {
        case "--rounds" -> rounds = count(option, value);
        case "--seconds" -> seconds = count(option, value);
        case "--only" -> only = measurements(option, value);
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

  private static int count(String option, String value) {
    // More digits may exceed an int, and no measurement takes that long.
    if (!value.matches("0*[1-9]\\d{0,8}"))
      throw new IllegalArgumentException(option + ": is " + value + "; must be at least 1");
    return Integer.parseInt(value);
  }

  private static Set<String> measurements(String option, String value) {
    var names = Set.copyOf(Arrays.asList(value.split(",", -1)));
    for (var name : names) {
      if (!ALL.contains(name))
        throw new IllegalArgumentException(
            option + ": \"" + name + "\" is none of " + String.join(",", ALL));
    }
    if (names.contains(ALONE) && names.size() > 1)
      throw new IllegalArgumentException(option + ": " + ALONE + " needs a run of its own");
    return names;
  }

  private static Optional<String> given(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(uri -> !uri.isBlank());
  }
}
