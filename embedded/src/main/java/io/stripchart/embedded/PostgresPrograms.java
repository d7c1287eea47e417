package io.stripchart.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs {@code initdb} and {@code pg_ctl}.
 *
 * @param home where PostgreSQL is unpacked
 */
record PostgresPrograms(Path home) {
  /** Beside the port: durable, on 127.0.0.1 alone, and small. */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "fsync", "on",
          "synchronous_commit", "on",
          "listen_addresses", "127.0.0.1",
          "unix_socket_directories", "",
          "max_connections", "100",
          // A batch locks each partition that it stores into, and its index, until it commits.
          "max_locks_per_transaction", "256",
          "shared_buffers", "128MB",
          "timezone", "UTC",
          "log_checkpoints", "off");

  /**
   * Makes an empty cluster whose only user needs the password.
   *
   * @param passwordFile holds the password in its first line
   * @param durably whether to return only when all is on disk
   */
  void initialize(Path data, String user, Path passwordFile, boolean durably) throws IOException {
    run(
        "initdb",
        durably ? "--sync-method=fsync" : "--no-sync",
        "--data-checksums",
        "--pgdata=" + data,
        "--username=" + user,
        "--pwfile=" + passwordFile,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        // Sorts alike on every machine.
        "--no-locale");
  }

  /**
   * Starts a server in a process group of its own, so that Ctrl-C in a terminal does not stop it
   * before those who still write to it, and waits until it takes connections.
   */
  void start(Path data, int port, Path logFile) throws IOException {
    var options = new StringBuilder("-p " + port);
    OPTIONS.forEach((name, value) -> options.append(" -c %s=%s".formatted(name, quoted(value))));
    var logged = Files.exists(logFile) ? Files.size(logFile) : 0;
    try {
      run(
          "pg_ctl",
          "start",
          "--pgdata=" + data,
          "--log=" + logFile,
          "--timeout=60",
          "--wait",
          "--options=" + options);
    } catch (EmbeddedStartException failure) {
      throw new EmbeddedStartException(failure.getMessage() + "\n" + from(logFile, logged));
    }
  }

  /** The text appended to a log since it had a given size, at most 4 kB. */
  private static String from(Path logFile, long size) throws IOException {
    try (var file = Files.newInputStream(logFile)) {
      file.skipNBytes(size);
      return new String(file.readNBytes(4_096), StandardCharsets.UTF_8);
    }
  }

  /** Stops a server, its clients' connections too, and waits until all is on disk. */
  void stop(Path data) throws IOException {
    run("pg_ctl", "stop", "--pgdata=" + data, "--mode=fast", "--timeout=30", "--wait");
  }

  private static String quoted(String value) {
    return value.isEmpty() ? "''" : value;
  }

  private void run(String program, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    if (System.getProperty("user.name").equals("root")) {
      // PostgreSQL refuses root; in a user namespace of its own it sees another user's id.
      command.addAll(List.of("unshare", "--user"));
    }
    command.add(home.resolve("bin").resolve(program).toString());
    command.addAll(List.of(arguments));
    var output = Files.createTempFile("stripchart-" + program, ".log");
    try {
      var code = exitCode(new ProcessBuilder(command), output);
      if (code != 0) {
        throw new EmbeddedStartException(
            "embedded database: "
                + program
                + " exited with "
                + code
                + ": "
                + Files.readString(output, StandardCharsets.UTF_8));
      }
    } finally {
      Files.delete(output);
    }
  }

  /** To a file, not a pipe: the server inherits it, and a pipe would stay open as long as it. */
  private static int exitCode(ProcessBuilder builder, Path output) throws IOException {
    // The server's messages in English, wherever it runs.
    builder.environment().put("LC_ALL", "C");
    var process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      return process.waitFor();
    } catch (InterruptedException interrupted) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + builder.command(), interrupted);
    }
  }
}
