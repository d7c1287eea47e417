package io.stripchart.testing;

import io.stripchart.embedded.EmbeddedDatabase;
import java.util.Optional;

/**
 * A PostgreSQL of one test that keeps committed data through {@code kill -9}, on a new folder;
 * always an embedded one. Its URI stays the same. Not thread-safe.
 */
public final class KillableDatabase implements AutoCloseable {
  private final ScratchFolder folder = ScratchFolder.create("database");
  private final EmbeddedDatabase.Config config =
      EmbeddedDatabase.Config.durable(folder.path()).withPort(FreePort.find());
  private final ExitHook atExit = new ExitHook(this::kill9);
  private volatile Optional<EmbeddedDatabase> server = Optional.empty();
  private String uri;

  private KillableDatabase() {}

  /** One that runs and is empty. */
  public static KillableDatabase create() {
    var database = new KillableDatabase();
    database.start();
    return database;
  }

  /** Where it listens while it runs; the same for its whole life. */
  public String uri() {
    return uri;
  }

  /** Asks it, while it runs. */
  public Sql sql() {
    return new Sql(uri);
  }

  /** Kills all its processes at once; returns when they are gone. Does nothing if they are. */
  public void kill9() {
    server.ifPresent(EmbeddedDatabase::kill);
    server = Optional.empty();
  }

  /** Starts it again; returns when it takes connections. Does nothing if it runs. */
  public void start() {
    if (server.isEmpty()) {
      var started = EmbeddedDatabase.start(config);
      uri = started.uri();
      server = Optional.of(started);
    }
  }

  /** Kills it, and starts it when the outage is closed. */
  public Outage killed() {
    kill9();
    return this::start;
  }

  /** Ends it and deletes its data. */
  @Override
  public void close() {
    kill9();
    atExit.cancel();
    folder.close();
  }
}
