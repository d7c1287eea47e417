package io.stripchart.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL 17 server of this process, on 127.0.0.1 only, with durable commits.
 *
 * <p>If the server dies, it is started again on the same port and data, at once the first time,
 * then with back-off.
 *
 * <p>It runs as separate processes, which outlive a JVM that is killed; the next start on the same
 * folder adopts them. It closes only by {@link #close()}, and has no shutdown hook, so the
 * embedding program decides when. All methods may be called from any thread and block for up to a
 * minute, so never call them from an event loop.
 */
public final class EmbeddedDatabase implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabase.class);

  private static final long LOOK_MILLIS = 250;
  private static final long MIN_DELAY_MILLIS = 500;
  private static final long MAX_DELAY_MILLIS = 30_000;

  /** A server that ran for so long was a sound one, so that it is started again at once. */
  private static final long SOUND_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final PostgresFolder folder;
  private final PostgresServer server;
  private final String password;
  private final int port;
  private final Thread watch = new Thread(this::watch, "embedded database watch");
  private volatile PostgresProcess process;
  private volatile Optional<String> problem = Optional.empty();
  private volatile boolean ended;
  private boolean closed;

  private EmbeddedDatabase(
      PostgresFolder folder, PostgresServer server, PostgresProcess process, String password) {
    this.folder = folder;
    this.server = server;
    this.process = process;
    this.port = process.port();
    this.password = password;
    watch.setDaemon(true);
  }

  /**
   * How a database is to run.
   *
   * @param folder where its data and password are kept, made if missing, only the user's to read;
   *     empty: one of its own that is deleted at {@link #close()}
   * @param port TCP port on 127.0.0.1, 0 to 65535; 0 means any free one
   */
  public record Config(Optional<Path> folder, int port) {
    public Config {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port: must be 0 to 65535, is " + port);
      }
    }

    /** Forgets everything when it closes; any free port. */
    public static Config temporary() {
      return new Config(Optional.empty(), 0);
    }

    /** Keeps its data in a folder; any free port. */
    public static Config durable(Path folder) {
      return new Config(Optional.of(folder), 0);
    }

    public Config withPort(int port) {
      return new Config(folder, port);
    }
  }

  /**
   * Starts a server, or adopts the one that a killed JVM left on the folder, and returns when it
   * takes connections. The first start on a folder takes some seconds.
   *
   * @throws PortTakenException if the port is taken
   * @throws FolderUnusableException if the folder cannot be used, or is used by another process
   * @throws EmbeddedStartException if the server does not start
   */
  public static EmbeddedDatabase start(Config config) {
    var started = System.nanoTime();
    try {
      var folder =
          config.folder().isPresent()
              ? PostgresFolder.open(config.folder().get())
              : PostgresFolder.temporary();
      var database = startIn(folder, config.port());
      log.info(
          "started=postgresql port={} folder={} millis={}",
          database.port(),
          folder.path(),
          (System.nanoTime() - started) / 1_000_000);
      return database;
    } catch (IOException failure) {
      throw new EmbeddedStartException("embedded database: cannot start with " + config, failure);
    }
  }

  private static EmbeddedDatabase startIn(PostgresFolder folder, int port) throws IOException {
    try {
      var server = new PostgresServer(folder);
      var database = new EmbeddedDatabase(folder, server, server.start(port), folder.password());
      database.watch.start();
      return database;
    } catch (IOException | RuntimeException failure) {
      folder.close();
      throw failure;
    }
  }

  /**
   * Returns the URI of the database that another process runs on a folder; it may still be
   * starting.
   *
   * @return empty if no process uses the folder
   * @throws EmbeddedStartException if it is in use, and no server answers within a minute
   */
  public static Optional<String> runningOn(Path folder) {
    return Neighbour.on("embedded database", folder, () -> uriOf(folder));
  }

  private static Optional<String> uriOf(Path folder) throws IOException {
    var process = PostgresProcess.runningOn(folder.resolve("data"));
    if (process.isEmpty()) {
      return Optional.empty();
    }
    var password = PasswordFile.in(folder).read();
    return Optional.of(uri(password, process.get().port(), PostgresServer.DATABASE));
  }

  /** The TCP port on 127.0.0.1 that it listens on, 1 to 65535. */
  public int port() {
    return port;
  }

  /** The failure while its server is down; otherwise empty. */
  public Optional<String> problem() {
    return problem;
  }

  /** Starts the server again whenever it has died, until this is closed. */
  private void watch() {
    long startedAt = System.nanoTime();
    long delay = 0;
    try {
      while (!ended) {
        Thread.sleep(LOOK_MILLIS);
        if (ended || process.isRunning()) continue;
        if (System.nanoTime() - startedAt > SOUND_NANOS) delay = 0;
        died(delay);
        Thread.sleep(delay);
        delay = Math.min(MAX_DELAY_MILLIS, Math.max(MIN_DELAY_MILLIS, 2 * delay));
        startAgain();
        startedAt = System.nanoTime();
      }
    } catch (InterruptedException closed) {
      log.debug("event=embedded_database_watch_ended");
    }
  }

  private void died(long delay) {
    // Logged once for each death; failed restarts are logged separately.
    if (problem.isEmpty()) {
      problem = Optional.of("the server died, and is being started again");
      log.warn(
          "event=embedded_database_died port={} retry_in_millis={}; it is started again",
          port,
          delay);
    }
  }

  private synchronized void startAgain() {
    if (ended) {
      return;
    }
    long begun = System.nanoTime();
    try {
      process = server.startAgain(port);
      problem = Optional.empty();
      long millis = (System.nanoTime() - begun) / 1_000_000;
      log.info("event=embedded_database_started_again port={} millis={}", port, millis);
    } catch (IOException | RuntimeException failure) {
      if (ended) {
        return;
      }
      problem =
          Optional.of("the server died, and cannot be started again: " + failure.getMessage());
      log.warn("event=embedded_database_not_started cause=\"{}\"; tried again", failure.toString());
    }
  }

  /**
   * {@code postgresql://stripchart:password@127.0.0.1:port/stripchart}: its user, who may do
   * everything, and its database.
   */
  public String uri() {
    return uri(PostgresServer.DATABASE);
  }

  /** As {@link #uri()}, for another database of the same server. */
  public String uri(String database) {
    return uri(password, port(), database);
  }

  private static String uri(String password, int port, String database) {
    var user = PostgresServer.USER + ":" + password;
    // Not by a format, whose %d has other digits in some countries.
    return "postgresql://" + user + "@127.0.0.1:" + port + "/" + database;
  }

  /**
   * Kills the server as {@code kill -9} of all its processes does, and returns when they are gone.
   * The next start on the folder has all committed data. For tests.
   */
  public void kill() {
    stopWatching();
    killOnce();
  }

  private synchronized void killOnce() {
    if (!closed) {
      closed = true;
      process.kill();
      folder.close();
    }
  }

  /** Stops the server and its clients' connections; returns when all is on disk. */
  @Override
  public void close() {
    stopWatching();
    closeOnce();
  }

  /** Ends an attempt to start the server that is under way. */
  private void stopWatching() {
    ended = true;
    watch.interrupt();
  }

  private synchronized void closeOnce() {
    if (closed) {
      return;
    }
    closed = true;
    if (!process.isRunning()) {
      folder.close();
      return;
    }
    try {
      server.stop();
    } catch (IOException | RuntimeException failure) {
      log.warn("stopping=postgresql outcome=killed cause=\"{}\"", failure.getMessage());
      process.kill();
    } finally {
      folder.close();
    }
  }
}
