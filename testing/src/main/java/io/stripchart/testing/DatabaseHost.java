package io.stripchart.testing;

import io.stripchart.embedded.EmbeddedDatabase;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The PostgreSQL that all test classes of this JVM share: an embedded one, or the one given. */
final class DatabaseHost implements AutoCloseable {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final Optional<EmbeddedDatabase> embedded;
  private final String uri;
  private final ExitHook atExit;

  DatabaseHost() {
    var given = Property.value("stripchart.database.uri");
    embedded =
        given.isPresent()
            ? Optional.empty()
            : Optional.of(EmbeddedDatabase.start(EmbeddedDatabase.Config.temporary()));
    uri = given.orElseGet(() -> embedded.get().uri());
    atExit = new ExitHook(() -> embedded.ifPresent(EmbeddedDatabase::kill));
  }

  /** Adds an empty database and returns its URI. */
  String add() {
    var name = "test_" + ProcessHandle.current().pid() + "_" + NAMES.incrementAndGet();
    new Sql(uri).execute("create database " + name);
    var parts = URI.create(uri);
    return parts.getScheme() + "://" + parts.getRawAuthority() + "/" + name;
  }

  /** Drops a database and ends its connections. */
  void remove(String database) {
    var name = URI.create(database).getPath().substring(1);
    new Sql(uri).execute("drop database " + name + " with (force)");
  }

  @Override
  public void close() {
    embedded.ifPresent(EmbeddedDatabase::close);
    atExit.cancel();
  }
}
