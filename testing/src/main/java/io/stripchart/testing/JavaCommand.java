package io.stripchart.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Java program that is to run as a process of its own, with this JVM's class path.
 *
 * @param mainClass its class with a {@code main}
 * @param arguments those of {@code main}
 * @param jvmArguments those of the JVM, which win over the default {@code -Xmx512m}
 * @param environment variables beside the inherited ones, of which {@code STRIPCHART_…} are not
 */
public record JavaCommand(
    String mainClass,
    List<String> arguments,
    List<String> jvmArguments,
    Map<String, String> environment) {
  public JavaCommand {
    arguments = List.copyOf(arguments);
    jvmArguments = List.copyOf(jvmArguments);
    environment = Map.copyOf(environment);
  }

  /** A copy with more arguments of {@code main}. */
  public JavaCommand withArguments(String... more) {
    return new JavaCommand(mainClass, joined(arguments, more), jvmArguments, environment);
  }

  /** A copy with more arguments of the JVM. */
  public JavaCommand withJvmArguments(String... more) {
    return new JavaCommand(mainClass, arguments, joined(jvmArguments, more), environment);
  }

  /** A copy with an environment variable set. */
  public JavaCommand withEnvironment(String name, String value) {
    return withEnvironment(Map.of(name, value));
  }

  /** A copy with environment variables set. */
  public JavaCommand withEnvironment(Map<String, String> variables) {
    var changed = new TreeMap<>(environment);
    changed.putAll(variables);
    return new JavaCommand(mainClass, arguments, jvmArguments, changed);
  }

  /** Starts it; its standard output and error are one stream. */
  public ChildProcess start() {
    var builder = new ProcessBuilder(line()).redirectErrorStream(true);
    // The child does not inherit settings of the test run.
    builder.environment().keySet().removeIf(name -> name.startsWith("STRIPCHART_"));
    builder.environment().putAll(environment);
    try {
      return new ChildProcess(builder.start(), mainClass);
    } catch (IOException failure) {
      throw new IllegalStateException("cannot start " + mainClass, failure);
    }
  }

  private List<String> line() {
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m"));
    line.addAll(jvmArguments);
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    line.addAll(arguments);
    return line;
  }

  private static List<String> joined(List<String> some, String... more) {
    var all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }
}
