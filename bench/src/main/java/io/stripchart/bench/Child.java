package io.stripchart.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A process of its own. It ends with this one at the latest. */
final class Child implements AutoCloseable {
  private static final long STOP_SECONDS = 40;
  private static final String END = "\0";

  private final String name;
  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Thread reaper;

  private Child(String name, ProcessBuilder builder) {
    this.name = name;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + builder.command(), e);
    }
    reaper = new Thread(process::destroyForcibly, "reaper of " + name);
    Runtime.getRuntime().addShutdownHook(reaper);
    var reader = new Thread(this::read, "output of " + name);
    reader.setDaemon(true);
    reader.start();
  }

  /** A Java program on the class path of this one; its errors go where ours go. */
  static Child java(String name, String mainClass, String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-Dfile.encoding=UTF-8"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    return new Child(name, builder);
  }

  /** Any program, of which only its {@code log} is of interest. */
  static Child program(String name, Path log, Map<String, String> environment, String command) {
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("STRIPCHART_"));
    builder.environment().putAll(environment);
    return new Child(name, builder);
  }

  private void read() {
    try (var output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (var line = output.readLine(); line != null; line = output.readLine()) lines.add(line);
    } catch (IOException closed) {
      // By close.
    }
    lines.add(END);
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void send(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /** Waits for a line in which the expression is found, and drops those before it. */
  MatchResult await(String regex, Duration limit) {
    var pattern = Pattern.compile(regex);
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      var line = next(end - System.nanoTime());
      if (line == null || line.equals(END))
        throw new IllegalStateException(name + ": said nothing like " + regex);
      var matcher = pattern.matcher(line);
      if (matcher.find()) return matcher.toMatchResult();
    }
  }

  private String next(long nanos) {
    try {
      return lines.poll(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(name + ": interrupted", e);
    }
  }

  /** Waits for its end, for all its lines. */
  List<String> allLines(Duration limit) {
    var all = new ArrayList<String>();
    long end = System.nanoTime() + limit.toNanos();
    for (var line = next(limit.toNanos());
        !END.equals(line);
        line = next(end - System.nanoTime())) {
      if (line == null) throw new IllegalStateException(name + ": does not end");
      all.add(line);
    }
    return all;
  }

  /** Waits for the result of a load program. */
  Map<String, Double> outcome(Duration limit) {
    var words = await("^result (.*)", limit).group(1).split(" ");
    return Arrays.stream(words)
        .map(word -> word.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> Double.valueOf(pair[1])));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    Runtime.getRuntime().removeShutdownHook(reaper);
  }
}
