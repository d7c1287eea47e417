package io.stripchart.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.regex.Pattern;

/** A kept-alive connection with one request under way; knows just enough of HTTP for that. */
final class HttpLoadConnection {
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
  private static final String NOT_MODIFIED = "HTTP/1.1 304";
  private static final String END_OF_HEAD = "\r\n\r\n";

  private final SocketChannel channel;
  private final byte[][] requests;
  private final ByteBuffer received = ByteBuffer.allocate(1 << 20);
  private int length;
  private int next;
  private long begun;
  private long nanos;
  private String answer;

  /**
   * @param first of the requests, which are sent in turn
   */
  HttpLoadConnection(InetSocketAddress server, byte[][] requests, int first) throws IOException {
    this.channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    this.requests = requests;
    this.next = first;
  }

  /** Blocking by default. */
  SocketChannel channel() {
    return channel;
  }

  void send() {
    var request = ByteBuffer.wrap(requests[next]);
    next = (next + 1) % requests.length;
    received.clear();
    length = -1;
    begun = System.nanoTime();
    try {
      // Smaller than the socket's buffer, so that this does not turn for long.
      while (request.hasRemaining()) channel.write(request);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends the next request, and waits for its answer. For a channel that blocks. */
  void exchange() {
    send();
    boolean complete = false;
    while (!complete) complete = read();
  }

  /** Reads available bytes; true if the response is complete. */
  boolean read() {
    try {
      if (channel.read(received) < 0) throw new EOFException("the server closed the connection");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (length < 0) length = length();
    if (length < 0 || received.position() < length) return false;
    answer = new String(received.array(), 0, received.position(), ISO_8859_1);
    nanos = System.nanoTime() - begun;
    return true;
  }

  /** Of the whole answer; -1 while its head is not complete. */
  private int length() {
    var begin = new String(received.array(), 0, received.position(), ISO_8859_1);
    int head = begin.indexOf(END_OF_HEAD);
    if (head < 0) return -1;
    var found = LENGTH.matcher(begin).region(0, head);
    // Without a length it has no body, like 204; a 304 has the length of another response; none is
    // chunked.
    int body =
        !begin.startsWith(NOT_MODIFIED) && found.find() ? Integer.parseInt(found.group(1)) : 0;
    return head + END_OF_HEAD.length() + body;
  }

  /** From the sending of the request to the end of its answer. */
  long nanos() {
    return nanos;
  }

  /** Whether it is a 2xx or that nothing has changed, and no GraphQL error. */
  boolean succeeded() {
    return (answer.startsWith("HTTP/1.1 2") || answer.startsWith(NOT_MODIFIED))
        && !answer.contains("\"errors\"");
  }

  String answer() {
    return answer;
  }
}
