package io.stripchart.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** A process of Stripchart with one role, started as users start it. */
final class Worker implements AutoCloseable {
  private static final String LAUNCHER = "compose/target/stripchart/bin/stripchart";
  private static final double START_SECONDS = 60;
  private static final Pattern STORED =
      Pattern.compile("(?m)^stripchart_readings_stored_total(?:\\{.*})? (\\S+)");

  private final String name;
  private final Path log;
  private final Child process;
  private final int port = FreePort.find();
  private final int operationsPort = FreePort.find();

  /**
   * @param name of its log and its recording
   * @param settings beside where it connects to and listens
   */
  Worker(String name, String role, Ground ground, Options options, Map<String, String> settings)
      throws IOException {
    this.name = name;
    this.log = ground.folder().resolve(name + ".log");
    var environment = new HashMap<>(settings);
    environment.put("STRIPCHART_ROLES", role);
    environment.put("STRIPCHART_AMQP_URI", ground.brokerUri());
    environment.put("STRIPCHART_DATABASE_URI", ground.databaseUri());
    environment.put("STRIPCHART_OPERATIONS_PORT", String.valueOf(operationsPort));
    // It listens on that of its role alone.
    environment.put("STRIPCHART_API_PORT", String.valueOf(port));
    environment.put("STRIPCHART_INGEST_PORT", String.valueOf(port));
    if (options.record().isPresent()) {
      Files.createDirectories(options.record().get());
      var file = options.record().get().resolve(name + ".jfr");
      environment.put("JAVA_OPTS", "-XX:StartFlightRecording=settings=profile,filename=" + file);
    }
    process = Child.program(name, log, environment, Path.of(LAUNCHER).toAbsolutePath().toString());
  }

  long pid() {
    return process.pid();
  }

  /** Of pushes or of questions; nothing listens there where its role is persist. */
  int port() {
    return port;
  }

  /**
   * @throws IllegalStateException with its log, if it does not get ready
   */
  void awaitReady() throws IOException {
    long end = System.nanoTime() + (long) (START_SECONDS * 1e9);
    while (!isReady()) {
      if (System.nanoTime() > end || !process.isAlive())
        throw new IllegalStateException(name + " does not get ready:\n" + Files.readString(log));
      Load.pause(0.1);
    }
  }

  private boolean isReady() {
    try {
      return Http.get(operationsPort, "/readyz").statusCode() == 200;
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }

  /** Readings committed since its start, as persist counts them. */
  long stored() {
    var matcher = STORED.matcher(Http.get(operationsPort, "/metrics").body());
    return matcher.find() ? (long) Double.parseDouble(matcher.group(1)) : 0;
  }

  @Override
  public void close() {
    process.close();
  }
}
