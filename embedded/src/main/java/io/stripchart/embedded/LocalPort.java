package io.stripchart.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** TCP ports on 127.0.0.1, where everything embedded listens. */
final class LocalPort {
  private LocalPort() {}

  /**
   * Says in plain words that a port is taken, which the servers themselves bury in their logs.
   *
   * @param port 0 (any) is always free
   */
  static void requireFree(String what, int port) {
    try (var probe = listenOn(port)) {
      probe.getLocalPort();
    } catch (IOException taken) {
      throw new PortTakenException(what, port, taken);
    }
  }

  /** A port that is free now; another process may take it before it is used. */
  static int findFree() {
    try (var probe = listenOn(0)) {
      return probe.getLocalPort();
    } catch (IOException none) {
      throw new UncheckedIOException("no free TCP port on 127.0.0.1", none);
    }
  }

  private static ServerSocket listenOn(int port) throws IOException {
    var socket = new ServerSocket();
    try {
      // As the servers do: a port whose last connections still linger counts as free.
      socket.setReuseAddress(true);
      // Not getLoopbackAddress(), which may be ::1.
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      return socket;
    } catch (IOException failure) {
      socket.close();
      throw failure;
    }
  }
}
