package io.stripchart.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy on 127.0.0.1 that causes faults on demand.
 *
 * <p>It forwards bytes and ends of streams both ways, and buffers at most 16 KiB each way, so a
 * slow reader slows down the writer. Faults may overlap. All methods may be called from any thread.
 */
public final class FaultyLink implements AutoCloseable {
  /**
   * Receive buffer of the sockets. The default on one machine is megabytes, so a writer would
   * notice late that the reader has stopped.
   */
  static final int SOCKET_BUFFER_BYTES = 128 * 1024;

  private final InetSocketAddress target;
  private final int port;
  private final Gate gate = new Gate();
  private final Set<LinkedConnection> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private ServerSocket listener;
  private Thread acceptor;
  private int stops;
  private boolean closed;

  private FaultyLink(InetSocketAddress target) throws IOException {
    this.target = target;
    this.port = FreePort.find();
    listen();
  }

  /** A link to a port, which need not listen yet. */
  public static FaultyLink to(String host, int port) {
    try {
      return new FaultyLink(new InetSocketAddress(host, port));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * A link to the host and port of a URI.
   *
   * @param uri without a port, it means that of {@code amqp}, {@code postgresql}, {@code http} or
   *     {@code ws}
   */
  public static FaultyLink to(String uri) {
    var parts = URI.create(uri);
    return to(parts.getHost(), parts.getPort() >= 0 ? parts.getPort() : port(parts.getScheme()));
  }

  private static int port(String scheme) {
    return switch (scheme) {
      case "amqp" -> 5672;
      case "postgresql", "postgres" -> 5432;
      case "http", "ws" -> 80;
      default -> throw new IllegalArgumentException("a link needs a port, or a plain protocol");
    };
  }

  /** The port on 127.0.0.1 that clients connect to; the same for the link's whole life. */
  public int port() {
    return port;
  }

  /** The same URI with 127.0.0.1 and this link's port. */
  public String through(String uri) {
    var authority = URI.create(uri).getRawAuthority();
    var credentials = authority.substring(0, authority.lastIndexOf('@') + 1);
    return uri.replace("//" + authority, "//" + credentials + "127.0.0.1:" + port);
  }

  /** How many connections are open now. */
  public int connections() {
    return open.size();
  }

  /** How many connections there have been. */
  public int accepted() {
    return accepted.get();
  }

  /** Resets all connections, to both ends; new ones are accepted. */
  public void cut() {
    open.forEach(LinkedConnection::reset);
  }

  /** Resets all connections and refuses new ones until the outage is closed. */
  public Outage stopped() {
    stop();
    return once(this::resume);
  }

  /**
   * Forwards nothing, but keeps connections open and accepts new ones, until the outage is closed;
   * then all goes on where it was. Up to 16 KiB that were under way may still arrive.
   */
  public Outage frozen() {
    gate.shut();
    return once(gate::open);
  }

  /** Resets all connections and stops listening. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    stop();
  }

  private void stop() {
    Thread listening;
    synchronized (this) {
      stops++;
      quietly(listener);
      listening = acceptor;
    }
    try {
      // While a thread still waits in accept, the system goes on answering those who connect.
      listening.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    cut();
  }

  private synchronized void resume() {
    stops--;
    if (stops == 0 && !closed) {
      try {
        listen();
      } catch (IOException failure) {
        throw new UncheckedIOException("cannot listen again on port " + port, failure);
      }
    }
  }

  private void listen() throws IOException {
    var socket = FreePort.listen(port);
    listener = socket;
    acceptor = LinkedConnection.thread("link-" + port, () -> acceptOn(socket));
    acceptor.start();
  }

  private void acceptOn(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        accept(socket, socket.accept());
      } catch (IOException stopped) {
        quietly(socket);
      }
    }
  }

  /** Guarded, so that nothing accepted just before a stop lives on after it. */
  private synchronized void accept(ServerSocket from, Socket client) {
    var connection = new LinkedConnection(client, gate, open::remove);
    if (from.isClosed()) {
      connection.reset();
      return;
    }
    accepted.incrementAndGet();
    open.add(connection);
    connection.start(target);
  }

  private static Outage once(Runnable end) {
    var over = new AtomicBoolean();
    return () -> {
      if (over.compareAndSet(false, true)) {
        end.run();
      }
    };
  }

  private static void quietly(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException closedAnyway) {
      // A listening socket has nothing to lose.
    }
  }
}
