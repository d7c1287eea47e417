package io.stripchart.bench;

import java.time.Duration;

/** A minimal Vert.x server: the cost of HTTP on this machine. */
final class PlainServer implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final int port = FreePort.find();
  private final Child server = Load.start("Hello", port);

  PlainServer() {
    server.await("^ready", LIMIT);
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    server.close();
  }
}
