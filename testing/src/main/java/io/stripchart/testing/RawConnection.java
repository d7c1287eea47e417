package io.stripchart.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** A TCP connection to a server, for requests that no client library sends. */
public final class RawConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;

  private final Socket socket;

  private RawConnection(Socket socket) {
    this.socket = socket;
  }

  public static RawConnection to(int port) {
    return open(port, "127.0.0.1", 0);
  }

  /** With a small receive buffer, so unread data soon waits at the server. */
  public static RawConnection slowReader(int port) {
    return open(port, "127.0.0.1", 4_096);
  }

  /**
   * @param from the address of the client, any of 127.0.0.0/8
   */
  public static RawConnection from(String from, int port) {
    return open(port, from, 0);
  }

  private static RawConnection open(int port, String from, int receiveBuffer) {
    try {
      var socket = new Socket();
      if (receiveBuffer > 0) socket.setReceiveBufferSize(receiveBuffer);
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.setTcpNoDelay(true);
      return new RawConnection(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public RawConnection send(String text) {
    return send(text.getBytes(UTF_8));
  }

  public RawConnection send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Sends the same over and over.
   *
   * @return how often, until the server closed the connection or has taken nothing for a while
   */
  public int flood(byte[] bytes, int times) {
    int sent = 0;
    try {
      for (; sent < times; sent++) socket.getOutputStream().write(bytes);
    } catch (IOException closed) {
      // As intended.
    }
    return sent;
  }

  /** Reads up to and including a text. */
  public String readUntil(String end) {
    try {
      var read = new ByteArrayOutputStream();
      while (!read.toString(ISO_8859_1).endsWith(end)) {
        int b = socket.getInputStream().read();
        if (b < 0) throw new AssertionError("closed after: " + read.toString(ISO_8859_1));
        read.write(b);
      }
      return read.toString(ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads until the server closes the connection, which it must within half a minute. */
  public String readAll() {
    return new String(readAllBytes(), UTF_8);
  }

  public byte[] readAllBytes() {
    var read = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(read);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("still open after: " + read.toString(ISO_8859_1), e);
    } catch (IOException reset) {
      // Closed, too.
    }
    return read.toByteArray();
  }

  /**
   * Reads some bytes with pauses, in which the server has to wait.
   *
   * @return how many came before the end
   */
  public int readSlowly(int bytes, int pauses) {
    int part = bytes / pauses + 1;
    int read = 0;
    try {
      while (read < bytes) {
        int found = socket.getInputStream().readNBytes(Math.min(part, bytes - read)).length;
        if (found == 0) break;
        read += found;
        Thread.sleep(100);
      }
      return read;
    } catch (IOException e) {
      return read;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return read;
    }
  }

  /** Of the next answer: that its head has come. */
  public String readHead() {
    return readUntil("\r\n\r\n");
  }

  /** The status of an answer, the rest of which is not looked at. */
  public int readStatus() {
    return Integer.parseInt(readHead().split(" ", 3)[1]);
  }

  /** Whether there is something to read. */
  public boolean hasAnswer() {
    try {
      return socket.getInputStream().available() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
