package io.stripchart.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a folder's server to where it takes connections, from whatever state it was left in. */
final class PostgresServer {
  static final String USER = "stripchart";
  static final String DATABASE = "stripchart";

  private static final Logger log = LoggerFactory.getLogger(PostgresServer.class);
  private static final int ATTEMPTS = 5;
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  private final PostgresFolder folder;
  private final PostgresPrograms programs;

  PostgresServer(PostgresFolder folder) throws IOException {
    this.folder = folder;
    this.programs = new PostgresPrograms(PostgresBinaries.unpackedIn(Folders.cache()));
  }

  /**
   * Adopts a server that runs there, or starts one on the data, or makes the data first.
   *
   * @param port 0 to 65535; 0 means any free one, or the one that a server left running has
   */
  PostgresProcess start(int port) throws IOException {
    var left = PostgresProcess.runningOn(folder.data());
    if (left.isPresent() && (port == 0 || port == left.get().port()) && adopt(left.get())) {
      return left.get();
    }
    LocalPort.requireFree("embedded database", port);
    if (left.isPresent() && left.get().isRunning()) {
      programs.stop(folder.data());
    }
    initializeOnce();
    PostgresProcess.deletePidFileOfAnother(folder.data());
    var process = startAnew(port);
    createDatabase(process);
    return process;
  }

  /**
   * @return false if it was about to stop, and has
   */
  private boolean adopt(PostgresProcess left) throws IOException {
    try {
      createDatabase(left);
      log.info("adopted=postgresql port={}", left.port());
      return true;
    } catch (IOException failure) {
      if (left.isRunning()) {
        throw failure;
      }
      return false;
    }
  }

  /**
   * Starts it on the data that are there.
   *
   * @param port where it listened before
   */
  PostgresProcess startAgain(int port) throws IOException {
    if (!Files.isDirectory(folder.data())) {
      throw new EmbeddedStartException("embedded database: its data are gone: " + folder.data());
    }
    return start(port);
  }

  void stop() throws IOException {
    programs.stop(folder.data());
  }

  /**
   * Tries again if a free port was taken meanwhile, or if children of a killed server, which would
   * spoil the data, have yet to notice that they are orphans.
   */
  private PostgresProcess startAnew(int port) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        programs.start(folder.data(), port == 0 ? LocalPort.findFree() : port, folder.logFile());
        return PostgresProcess.runningOn(folder.data()).orElseThrow();
      } catch (EmbeddedStartException failure) {
        if (attempt == ATTEMPTS) {
          throw failure;
        }
        Pause.millis(200L * attempt);
      }
    }
  }

  private void initializeOnce() throws IOException {
    if (Files.exists(folder.data())) {
      return;
    }
    folder.password();
    // Under another name until it is whole, for initdb may be killed.
    var unfinished = folder.path().resolve("data.unfinished");
    Folders.delete(unfinished);
    programs.initialize(unfinished, USER, folder.passwordFile(), !folder.isTemporary());
    Files.move(unfinished, folder.data(), StandardCopyOption.ATOMIC_MOVE);
  }

  private void createDatabase(PostgresProcess process) throws IOException {
    try (var connection = awaitConnection(process);
        var statement = connection.createStatement();
        var found =
            statement.executeQuery("select from pg_database where datname = '" + DATABASE + "'")) {
      if (!found.next()) {
        statement.execute("create database " + DATABASE);
      }
    } catch (SQLException failure) {
      throw new IOException("PostgreSQL runs, but does not answer", failure);
    }
  }

  /** One that is adopted may still be starting. */
  private Connection awaitConnection(PostgresProcess process) throws IOException, SQLException {
    var deadline = System.nanoTime() + CONNECT_LIMIT.toNanos();
    while (true) {
      try {
        return connect(process.port());
      } catch (SQLException notYet) {
        if (System.nanoTime() > deadline || !process.isRunning()) {
          throw notYet;
        }
        Pause.millis(100);
      }
    }
  }

  private Connection connect(int port) throws IOException, SQLException {
    var properties = new Properties();
    properties.put("user", USER);
    properties.put("password", folder.password());
    properties.put("loginTimeout", "30");
    properties.put("socketTimeout", "30");
    // Not by DriverManager, which would ask every other driver on the class path first.
    return new Driver().connect("jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
  }
}
