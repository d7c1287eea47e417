package io.stripchart.compose;

import io.stripchart.testing.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** {@link Main} as a process of its own, which can be killed and started again. */
final class RunningMain implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);

  private final Map<String, String> environment;
  private final String[] jvmArguments;
  private ChildProcess process;
  private volatile String started = "";

  /**
   * @param environment its settings; ports that it does not name are free ones
   */
  private RunningMain(Map<String, String> environment, String... jvmArguments) {
    this.environment = new TreeMap<>(environment);
    this.jvmArguments = jvmArguments;
    for (var port : new String[] {"OPERATIONS", "SATELLITE", "INGEST", "API"})
      this.environment.putIfAbsent("STRIPCHART_" + port + "_PORT", "0");
  }

  /** Starts it and waits until it says that all has started. */
  static RunningMain with(Map<String, String> environment, String... jvmArguments) {
    var main = new RunningMain(environment, jvmArguments);
    main.start();
    return main;
  }

  void start() {
    process =
        ChildProcess.of(Main.class)
            .withEnvironment(environment)
            .withJvmArguments(jvmArguments)
            .start();
    started = process.awaitLine("event=started (.*)", START_LIMIT).group(1);
  }

  ChildProcess process() {
    return process;
  }

  void kill9() {
    process.kill9();
  }

  void killAndStart() {
    kill9();
    start();
  }

  /** The port of one of its entrances, as the line of its start names them. */
  int port(String entrance) {
    var found = Pattern.compile("\\b" + entrance + "=\\w+://[^:]+:(\\d+)").matcher(started);
    if (!found.find()) throw new IllegalStateException("no " + entrance + " in: " + started);
    return Integer.parseInt(found.group(1));
  }

  /** Of a path of the operations port. */
  String operations(String path) {
    return body(HttpRequest.newBuilder(uri("operations", path)).build());
  }

  /** The sum of a counter over all its labels that contain {@code label}. */
  double counter(String name, String label) {
    return operations("/metrics")
        .lines()
        .filter(line -> line.startsWith(name + "{") && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** The body that a path of the api's port answers with. */
  String rest(String path) {
    return body(HttpRequest.newBuilder(uri("graphql", path)).build());
  }

  /** The answer to a GraphQL query that needs no escapes. */
  String graphql(String query) {
    return body(
        HttpRequest.newBuilder(uri("graphql", "/graphql"))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString("{\"query\":\"" + query + "\"}"))
            .build());
  }

  private URI uri(String entrance, String path) {
    return URI.create("http://127.0.0.1:" + port(entrance) + path);
  }

  private static String body(HttpRequest request) {
    try {
      return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    } catch (IOException failure) {
      throw new IllegalStateException(request + " failed", failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(request + " was interrupted", interrupted);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
