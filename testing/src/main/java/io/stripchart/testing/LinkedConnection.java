package io.stripchart.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One connection through a {@link FaultyLink}: two sockets and a thread each way. */
final class LinkedConnection {
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int CONNECT_MILLIS = 5_000;

  private final Socket client;
  private final Socket server = new Socket();
  private final Gate gate;
  private final Consumer<LinkedConnection> onEnd;
  private final AtomicInteger directionsOpen = new AtomicInteger(2);

  LinkedConnection(Socket client, Gate gate, Consumer<LinkedConnection> onEnd) {
    this.client = client;
    this.gate = gate;
    this.onEnd = onEnd;
  }

  /** Connects to the target and forwards both ways; a target that refuses resets the client. */
  void start(InetSocketAddress target) {
    var name = "link-" + client.getLocalPort() + "-" + client.getPort();
    thread(name + "-in", () -> forwardBothWays(target, name)).start();
  }

  private void forwardBothWays(InetSocketAddress target, String name) {
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.setReceiveBufferSize(FaultyLink.SOCKET_BUFFER_BYTES);
      server.connect(target, CONNECT_MILLIS);
    } catch (IOException refused) {
      reset();
      return;
    }
    thread(name + "-out", () -> forward(server, client)).start();
    forward(client, server);
  }

  private void forward(Socket from, Socket to) {
    try {
      var input = from.getInputStream();
      var output = to.getOutputStream();
      var buffer = new byte[BUFFER_BYTES];
      for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
        gate.pass();
        output.write(buffer, 0, read);
      }
      gate.pass();
      to.shutdownOutput();
      endOfOneDirection();
    } catch (IOException lost) {
      reset();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      reset();
    }
  }

  private void endOfOneDirection() throws IOException {
    if (directionsOpen.decrementAndGet() == 0) {
      client.close();
      server.close();
      onEnd.accept(this);
    }
  }

  /** Ends both sides as a crash would: their next read or write fails. */
  void reset() {
    reset(client);
    reset(server);
    onEnd.accept(this);
  }

  private static void reset(Socket socket) {
    try (socket) {
      // Without lingering, closing sends RST rather than FIN.
      socket.setSoLinger(true, 0);
    } catch (IOException closedAlready) {
      // Which is all that was wanted.
    }
  }

  static Thread thread(String name, Runnable body) {
    var thread = new Thread(body, name);
    thread.setDaemon(true);
    return thread;
  }
}
