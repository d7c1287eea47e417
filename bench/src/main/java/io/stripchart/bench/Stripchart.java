package io.stripchart.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** What is measured: ingest, persist and api, each a process, started as users start them. */
final class Stripchart implements AutoCloseable {
  private static final String LAUNCHER = "compose/target/stripchart/bin/stripchart";
  private static final double START_SECONDS = 60;
  private static final Pattern STORED =
      Pattern.compile("(?m)^stripchart_readings_stored_total(?:\\{.*})? (\\S+)");

  private final Map<String, Child> roles = new LinkedHashMap<>();
  private final Map<String, Integer> operationsPorts = new HashMap<>();
  private final Ground ground;
  private final Options options;
  private final int apiPort = FreePort.find();
  private final int ingestPort = FreePort.find();

  /**
   * @param feeds what ingest connects to, as of STRIPCHART_FEEDS
   */
  Stripchart(Ground ground, Options options, String feeds) throws IOException {
    this.ground = ground;
    this.options = options;
    start("persist", Map.of());
    start("api", Map.of("STRIPCHART_API_PORT", String.valueOf(apiPort)));
    start(
        "ingest",
        Map.of("STRIPCHART_INGEST_PORT", String.valueOf(ingestPort), "STRIPCHART_FEEDS", feeds));
    for (var role : roles.keySet()) awaitReady(role);
  }

  int apiPort() {
    return apiPort;
  }

  int ingestPort() {
    return ingestPort;
  }

  Map<String, Child> roles() {
    return roles;
  }

  private void start(String role, Map<String, String> own) throws IOException {
    int operationsPort = FreePort.find();
    operationsPorts.put(role, operationsPort);
    var environment = new HashMap<>(own);
    environment.put("STRIPCHART_ROLES", role);
    environment.put("STRIPCHART_AMQP_URI", ground.brokerUri());
    environment.put("STRIPCHART_DATABASE_URI", ground.databaseUri());
    environment.put("STRIPCHART_OPERATIONS_PORT", String.valueOf(operationsPort));
    if (options.record().isPresent()) {
      Files.createDirectories(options.record().get());
      var file = options.record().get().resolve(role + ".jfr");
      environment.put("JAVA_OPTS", "-XX:StartFlightRecording=settings=profile,filename=" + file);
    }
    roles.put(
        role,
        Child.program(role, log(role), environment, Path.of(LAUNCHER).toAbsolutePath().toString()));
  }

  private Path log(String role) {
    return ground.folder().resolve(role + ".log");
  }

  private void awaitReady(String role) throws IOException {
    long end = System.nanoTime() + (long) (START_SECONDS * 1e9);
    while (!isReady(role)) {
      if (System.nanoTime() > end || !roles.get(role).isAlive()) {
        var log = Files.readString(log(role));
        close();
        throw new IllegalStateException(role + " does not get ready:\n" + log);
      }
      Load.pause(0.1);
    }
  }

  private boolean isReady(String role) {
    try {
      return Http.get(operationsPorts.get(role), "/readyz").statusCode() == 200;
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }

  /** Readings committed since its start, as persist counts them. */
  long stored() {
    var matcher = STORED.matcher(Http.get(operationsPorts.get("persist"), "/metrics").body());
    return matcher.find() ? (long) Double.parseDouble(matcher.group(1)) : 0;
  }

  /** Pushes so many readings, as JSON, and waits until they are stored. */
  void push(String series, int count, String json) {
    long before = stored();
    Http.post(ingestPort, "/readings/" + series, json);
    awaitStored(before + count);
  }

  /** Waits until so many are stored, for a minute at most. */
  long awaitStored(long count) {
    long end = System.nanoTime() + 60_000_000_000L;
    long stored = stored();
    while (stored < count && System.nanoTime() < end) {
      Load.pause(0.2);
      stored = stored();
    }
    return stored;
  }

  /** Waits until no more is stored. */
  void awaitSettled() {
    for (long last = -1, now = stored(); now != last; now = stored()) {
      last = now;
      Load.pause(0.5);
    }
  }

  /** Readings a second that are committed during so many seconds from now. */
  double storedRate(double seconds) {
    long begun = System.nanoTime();
    long before = stored();
    Load.pause(seconds);
    long after = stored();
    return (after - before) / ((System.nanoTime() - begun) / 1e9);
  }

  @Override
  public void close() {
    var started = new ArrayList<>(roles.values());
    for (int i = started.size() - 1; i >= 0; i--) started.get(i).close();
  }
}
