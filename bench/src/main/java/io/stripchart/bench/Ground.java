package io.stripchart.bench;

import io.stripchart.embedded.EmbeddedBroker;
import io.stripchart.embedded.EmbeddedDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;

/** The broker and the database that Stripchart is measured on, and a folder for its logs. */
final class Ground implements AutoCloseable {
  private final Deque<Runnable> undoing = new ArrayDeque<>();
  private final Path folder;
  private final String brokerUri;
  private final String databaseUri;
  private Optional<Long> brokerPid = Optional.empty();

  Ground(Options options) throws IOException {
    folder = Files.createTempDirectory("stripchart-bench");
    undoing.push(this::deleteFolder);
    brokerUri = options.brokerUri().map(this::givenBroker).orElseGet(this::embeddedBroker);
    databaseUri = options.databaseUri().map(this::ownDatabase).orElseGet(this::embeddedDatabase);
  }

  String brokerUri() {
    return brokerUri;
  }

  String databaseUri() {
    return databaseUri;
  }

  /** Empty if it is not on this machine, or cannot be known. */
  Optional<Long> brokerPid() {
    return brokerPid;
  }

  /** PostgreSQL's first process, of which all others are children; empty as above. */
  Optional<ProcessHandle> databaseServer() {
    try (var sql = new Sql(databaseUri)) {
      long backend = sql.run("select pg_backend_pid()");
      // One of another machine may have the number of any process of this one.
      return ProcessHandle.of(backend).filter(Ground::isPostgres).flatMap(ProcessHandle::parent);
    }
  }

  private static boolean isPostgres(ProcessHandle process) {
    try {
      var name = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "comm"));
      return name.strip().equals("postgres");
    } catch (IOException unknown) {
      return false;
    }
  }

  Path folder() {
    return folder;
  }

  private String givenBroker(String uri) {
    brokerPid = ListeningProcess.of(URI.create(uri));
    return uri;
  }

  /** In a process of its own, so that its CPU time is separate. */
  private String embeddedBroker() {
    var broker =
        Child.java(
            "broker",
            EmbeddedBroker.class.getName(),
            folder.resolve("broker").toString(),
            String.valueOf(FreePort.find()));
    undoing.push(broker::close);
    brokerPid = Optional.of(broker.pid());
    return broker.await("^ready (\\S+)", Duration.ofSeconds(60)).group(1);
  }

  private String embeddedDatabase() {
    var database = EmbeddedDatabase.start(EmbeddedDatabase.Config.temporary());
    undoing.push(database::close);
    return database.uri();
  }

  /** A new database on the server that was given, dropped in the end. */
  private String ownDatabase(String uri) {
    var name = "stripchart_bench_" + ProcessHandle.current().pid();
    run(uri, "create database " + name);
    undoing.push(() -> run(uri, "drop database " + name + " with (force)"));
    var given = URI.create(uri);
    var query = given.getRawQuery() == null ? "" : "?" + given.getRawQuery();
    return given.getScheme() + "://" + given.getRawAuthority() + "/" + name + query;
  }

  private static void run(String uri, String statement) {
    try (var sql = new Sql(uri)) {
      sql.run(statement);
    }
  }

  private void deleteFolder() {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    while (!undoing.isEmpty()) undoing.pop().run();
  }
}
