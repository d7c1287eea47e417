package io.stripchart.embedded;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An AMQP 0-9-1 broker (Apache Qpid Broker-J) inside this process, on 127.0.0.1 only.
 *
 * <p>It stands in for RabbitMQ where Stripchart is tried or tested, and accepts RabbitMQ's queue
 * arguments by ignoring those that it does not know. Any number of brokers may run in one process.
 * All methods may be called from any thread and block for at most a few seconds, so never from an
 * event loop.
 */
public final class EmbeddedBroker implements AutoCloseable {
  /**
   * A publisher of a larger message has its channel closed, with 311 CONTENT_TOO_LARGE. Several at
   * a time have to fit into direct memory.
   */
  public static final int MAX_MESSAGE_BYTES = 4 << 20;

  private final Config config;
  private final QpidServer server;

  private EmbeddedBroker(Config config, QpidServer server) {
    this.config = config;
    this.server = server;
  }

  /**
   * How a broker is to run.
   *
   * @param folder where queues and persistent messages are kept, made if missing; empty: in memory
   * @param port TCP port on 127.0.0.1, 0 to 65535; 0 means any free one
   * @param user the only user: one or more printable ASCII characters, without <code>${</code>
   * @param password the user's, of the same characters
   */
  public record Config(Optional<Path> folder, int port, String user, String password) {
    public Config {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port: must be 0 to 65535, is " + port);
      }
      if (!isPlain(user) || !isPlain(password)) {
        throw new IllegalArgumentException(
            "user and password: must be printable ASCII without ${, and not empty");
      }
    }

    /** Whether Qpid accepts it unchanged: it reads ASCII, and substitutes ${name}. */
    private static boolean isPlain(String text) {
      return text.matches("[ -~]+") && !text.contains("${");
    }

    /** Forgets everything when it closes; any free port; user and password {@code stripchart}. */
    public static Config inMemory() {
      return new Config(Optional.empty(), 0, "stripchart", "stripchart");
    }

    /** Keeps confirmed messages in a folder, through {@code kill -9} too; otherwise in memory. */
    public static Config durable(Path folder) {
      return new Config(Optional.of(folder), 0, "stripchart", "stripchart");
    }

    public Config withPort(int port) {
      return new Config(folder, port, user, password);
    }

    public Config withCredentials(String user, String password) {
      return new Config(folder, port, user, password);
    }

    /**
     * With a random password, kept in a file of the folder that only this user can read.
     *
     * @throws FolderUnusableException if the folder cannot be used
     */
    public Config withKeptPassword() {
      var kept = folder.orElseThrow();
      try {
        Folders.create(kept);
        return withCredentials(user, PasswordFile.in(kept).read());
      } catch (IOException failure) {
        throw new FolderUnusableException(kept, failure);
      }
    }

    @Override
    public String toString() {
      return "Config[folder=" + folder + ", port=" + port + ", user=" + user + ", password=***]";
    }
  }

  /**
   * Starts a broker and returns when it takes connections.
   *
   * @throws PortTakenException if the port is taken
   * @throws FolderUnusableException if the folder cannot be used, or is used by another broker
   * @throws EmbeddedStartException if the broker does not start
   */
  public static EmbeddedBroker start(Config config) {
    return new EmbeddedBroker(config, QpidServer.start(config));
  }

  /**
   * Returns the URI of the broker that another process runs on a folder with {@link
   * Config#withKeptPassword}. Waits for one that is starting.
   *
   * @return empty if no process uses the folder
   * @throws EmbeddedStartException if it is in use, and no broker answers within a minute
   */
  public static Optional<String> runningOn(Path folder) {
    return Neighbour.on("embedded broker", folder, () -> uriOf(folder));
  }

  private static Optional<String> uriOf(Path folder) throws IOException {
    var port = PortFile.in(folder).read();
    if (port.isEmpty()) {
      return Optional.empty();
    }
    var user = Config.durable(folder).user();
    return Optional.of(uri(user, PasswordFile.in(folder).read(), port.getAsInt()));
  }

  /** The TCP port on 127.0.0.1 that it listens on, 1 to 65535. */
  public int port() {
    return server.port();
  }

  /**
   * Limits an existing queue, which drops its oldest messages beyond the limit; a declaration does
   * not change its arguments. Does nothing if the queue does not exist.
   */
  public void limitQueue(String queue, long messages, long bytes) {
    server.limitQueue(queue, messages, bytes);
  }

  /** The failure if it no longer works; otherwise empty. */
  public Optional<String> problem() {
    return server.problem();
  }

  /** {@code amqp://user:password@127.0.0.1:port}: the default virtual host. */
  public String uri() {
    return uri(config.user(), config.password(), port());
  }

  private static String uri(String user, String password, int port) {
    // Not by a format, whose %d has other digits in some countries.
    return "amqp://" + encoded(user) + ":" + encoded(password) + "@127.0.0.1:" + port;
  }

  /** As {@link #uri()}, for a virtual host made by {@link #addVirtualHost}. */
  public String uri(String virtualHost) {
    return uri() + "/" + encoded(virtualHost);
  }

  /**
   * Adds an empty virtual host, isolated from the others and kept in memory only.
   *
   * @param name not used yet
   * @throws IllegalArgumentException if the name is taken
   */
  public void addVirtualHost(String name) {
    server.addVirtualHost(name);
  }

  /**
   * Removes a virtual host with its contents, and closes its connections. Does nothing if it does
   * not exist.
   */
  public void removeVirtualHost(String name) {
    server.removeVirtualHost(name);
  }

  /** Stops the broker and closes its connections; persistent messages are kept in its folder. */
  @Override
  public void close() {
    server.close();
  }

  /**
   * Runs a durable broker as a process of its own, until SIGTERM; for tests that kill it.
   *
   * <p>Prints {@code ready URI} on a line when it takes connections. User and password are those of
   * {@link Config#durable}. Exits with 1 and a message if it cannot start, with 2 if the arguments
   * are wrong.
   *
   * @param arguments the folder, and the port, 0 to 65535
   */
  public static void main(String[] arguments) {
    if (arguments.length != 2 || !arguments[1].matches("\\d{1,5}")) {
      System.err.println("usage: EmbeddedBroker FOLDER PORT");
      System.exit(2);
    }
    try {
      var port = Integer.parseInt(arguments[1]);
      var broker = start(Config.durable(Path.of(arguments[0])).withPort(port));
      Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "shutdown"));
      System.out.println("ready " + broker.uri());
    } catch (IllegalArgumentException | EmbeddedStartException failure) {
      System.err.println(failure.getMessage());
      System.exit(1);
    }
  }

  private static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
