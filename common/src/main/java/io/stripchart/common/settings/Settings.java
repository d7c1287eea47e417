package io.stripchart.common.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Settings by name, from the environment. If a setting is invalid, the problem is recorded and the
 * default returned, so that {@link #check} can report every problem at once. Every setting that is
 * read is recorded with its default and range, which a test compares with the documentation.
 */
public final class Settings {
  public static final String PREFIX = "STRIPCHART_";

  /**
   * A setting as the code reads it.
   *
   * @param defaultText default value; "" if there is none
   * @param range allowed values, in words
   */
  public record Setting(String name, String defaultText, String range) {}

  private final Map<String, String> environment;
  private final Map<String, Setting> read = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> ignored;

  /** Variables that Kubernetes sets for its Services are no settings, whatever their names are. */
  public Settings(Map<String, String> environment) {
    var own = new LinkedHashMap<>(environment);
    own.entrySet()
        .removeIf(
            variable ->
                variable.getKey().startsWith(PREFIX)
                    && ServiceLink.matches(variable.getKey(), variable.getValue().strip()));
    this.environment = Map.copyOf(own);
    this.ignored =
        environment.keySet().stream().filter(name -> !own.containsKey(name)).sorted().toList();
  }

  /** Names of the variables of our prefix that Kubernetes has set for its Services. */
  public List<String> ignored() {
    return ignored;
  }

  public String text(String name, String defaultText, String range) {
    return value(name, defaultText, range, Function.identity()).orElse(defaultText);
  }

  /** A text that may be missing. */
  public Optional<String> optional(String name, String range) {
    return value(name, "", range, Function.identity());
  }

  /** A whole number from {@code min} to {@code max}, both included. */
  public int count(String name, int defaultCount, int min, int max) {
    return value(
            name,
            Integer.toString(defaultCount),
            min + " to " + max,
            text -> within(Integer.parseInt(text), min, max))
        .orElse(defaultCount);
  }

  /** A TCP port; 0 lets the system choose one. */
  public int port(String name, int defaultPort) {
    return count(name, defaultPort, 0, 65_535);
  }

  /** An ISO 8601 duration, like PT0.5S, from {@code min} to {@code max}, both included. */
  public Duration duration(String name, Duration defaultDuration, Duration min, Duration max) {
    return value(
            name,
            defaultDuration.toString(),
            min + " to " + max,
            text -> within(Duration.parse(text), min, max))
        .orElse(defaultDuration);
  }

  /**
   * A setting of another type.
   *
   * @param parse throws IllegalArgumentException for an invalid text, with a message that says what
   *     is expected
   */
  public <T> T parsed(String name, String defaultText, String range, Function<String, T> parse) {
    return value(name, defaultText, range, parse).orElseGet(() -> parse.apply(defaultText));
  }

  /** A secret, from the setting itself or from the file that {@code name_FILE} names. */
  public Optional<Secret> secret(String name, String range) {
    var file = value(name + "_FILE", "", "a file that holds " + name, Settings::contents);
    var direct = value(name, "", range, Function.identity());
    if (file.isPresent() && direct.isPresent())
      problem(name + " and " + name + "_FILE are both set: set one");
    return direct.or(() -> file).map(Secret::new);
  }

  /** Notes a problem that only several settings together show. */
  public void problem(String problem) {
    problems.add(problem);
  }

  /**
   * To be called once everything is read.
   *
   * @throws SettingsException with every problem, also settings of our prefix that nothing reads,
   *     as these are misspelt
   */
  public void check() {
    environment.keySet().stream()
        .filter(name -> name.startsWith(PREFIX) && !read.containsKey(name))
        .sorted()
        .forEach(
            name -> problem(name + ": is no setting of Stripchart; see docs/configuration.md"));
    if (!problems.isEmpty()) throw new SettingsException(problems);
  }

  /** Everything that has been read so far, in that order. */
  public List<Setting> known() {
    return List.copyOf(read.values());
  }

  private <T> Optional<T> value(
      String name, String defaultText, String range, Function<String, T> parse) {
    read.put(name, new Setting(name, defaultText, range));
    var text = environment.get(name);
    if (text == null || text.isBlank()) return Optional.empty();
    try {
      return Optional.of(parse.apply(text.strip()));
    } catch (IllegalArgumentException | DateTimeException e) {
      // Never the text itself: it may be a secret that was put into the wrong setting.
      var why =
          e instanceof NumberFormatException || e instanceof DateTimeException
              ? "cannot be read"
              : e.getMessage();
      problem(
          name
              + ": "
              + why
              + "; must be "
              + range
              + (defaultText.isEmpty() ? "" : ", default " + defaultText));
      return Optional.empty();
    }
  }

  private static <T extends Comparable<T>> T within(T value, T min, T max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0)
      throw new IllegalArgumentException("is " + value);
    return value;
  }

  private static String contents(String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot read that file (" + e.getClass().getSimpleName() + ")", e);
    }
  }
}
