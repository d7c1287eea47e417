package io.stripchart.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Free TCP ports on 127.0.0.1 for servers that stop and listen again on the same port. */
public final class FreePort {
  /** Below those that systems give to outgoing connections, from 32768 on by default. */
  private static final int LOWEST = 10_000;

  private static final int HIGHEST = 32_000;

  private FreePort() {}

  /**
   * A free port between 10000 and 31999. Unlike a port that the system picks, it does not become
   * the local port of a client while its owner is down; a client that retries could even connect to
   * itself.
   */
  public static int find() {
    for (int attempt = 0; attempt < 100; attempt++) {
      var port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      try (var probe = listen(port)) {
        return probe.getLocalPort();
      } catch (IOException taken) {
        // The next one, then.
      }
    }
    throw new UncheckedIOException(new IOException("no free port on 127.0.0.1 in 100 attempts"));
  }

  /** Listens on 127.0.0.1, even where connections of an earlier listener still linger. */
  static ServerSocket listen(int port) throws IOException {
    var socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.setReceiveBufferSize(FaultyLink.SOCKET_BUFFER_BYTES);
      // Not getLoopbackAddress(), which may be ::1.
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      return socket;
    } catch (IOException failure) {
      socket.close();
      throw failure;
    }
  }
}
