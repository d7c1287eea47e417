package io.stripchart.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;

/**
 * Repeats one request, or several in turn, one at a time on each of some connections.
 *
 * <p>It uses bare sockets in one thread, because it shares the machine with the measured processes:
 * a general HTTP client would take a good part of it.
 */
public final class HttpLoad {
  private final Selector selector = Selector.open();
  private final Latencies latencies = new Latencies();
  private int failed;
  private String firstFailure;

  private HttpLoad() throws IOException {}

  /**
   * @param arguments port, path, connections, seconds to warm up, seconds to measure, body, which
   *     is empty for a GET; where path and body hold {@code %d}, how many numbers each connection
   *     puts there in turn; and a header line of a GET
   */
  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(arguments[0]);
    int numbers = arguments.length > 6 ? Integer.parseInt(arguments[6]) : 1;
    var header = arguments.length > 7 ? arguments[7] : "";
    var requests = new byte[numbers][];
    for (int i = 0; i < numbers; i++) {
      var number = String.valueOf(i);
      var path = arguments[1].replace("%d", number);
      var body = arguments[5].replace("%d", number);
      requests[i] = body.isEmpty() ? Request.get(path, header) : Request.post(path, body);
    }
    var load = new HttpLoad();
    int connections = Integer.parseInt(arguments[2]);
    // They do not begin with the same one.
    for (int i = 0; i < connections; i++) load.connect(port, requests, i * numbers / connections);
    load.run(Double.parseDouble(arguments[3]), Double.parseDouble(arguments[4]));
  }

  private void connect(int port, byte[][] requests, int first) throws IOException {
    var connection =
        new HttpLoadConnection(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), requests, first);
    connection.channel().configureBlocking(false);
    connection.channel().register(selector, SelectionKey.OP_READ, connection);
  }

  private void run(double warmUp, double seconds) throws IOException {
    for (var key : selector.keys()) ((HttpLoadConnection) key.attachment()).send();
    drive(seconds(warmUp), false);
    long begun = System.nanoTime();
    drive(seconds(seconds), true);
    double took = (System.nanoTime() - begun) / 1e9;
    if (failed > 0) System.err.println("first failure: " + firstFailure);
    new Outcome()
        .with("rate", latencies.count() / took)
        .with("failed", failed)
        .with("", latencies)
        .print();
  }

  private static long seconds(double seconds) {
    return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
  }

  private void drive(long nanos, boolean counting) throws IOException {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0 || awaitsTheFirst(counting); left = end - System.nanoTime()) {
      selector.select(
          key -> answer((HttpLoadConnection) key.attachment(), counting),
          Math.max(1, left / 1_000_000));
    }
  }

  /** An answer may take longer than is measured; then one is better than none. */
  private boolean awaitsTheFirst(boolean counting) {
    return counting && latencies.count() == 0 && failed == 0;
  }

  private void answer(HttpLoadConnection connection, boolean counting) {
    if (!connection.read()) return;
    if (!connection.succeeded()) {
      failed++;
      if (firstFailure == null) firstFailure = connection.answer();
    } else if (counting) {
      latencies.add(connection.nanos());
    }
    connection.send();
  }
}
