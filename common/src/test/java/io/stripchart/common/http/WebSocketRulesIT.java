package io.stripchart.common.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.testing.RawConnection;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames as RFC 6455 has them, and as it forbids them. */
@Tag("brokerless")
@Timeout(120)
class WebSocketRulesIT {
  private static final int MAX = 1_000;
  private static final int TEXT = 0x81;
  private static final int TEXT_BEGINS = 0x01;
  private static final int BINARY = 0x82;
  private static final int GOES_ON = 0x00;
  private static final int ENDS = 0x80;
  private static final int CLOSE = 0x88;
  private static final int PING = 0x89;
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final String UPGRADE =
      String.join(
          "\r\n",
          "GET / HTTP/1.1",
          "Host: localhost",
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "",
          "");

  private static final Vertx vertx = Vertx.vertx();
  private static final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private static final AtomicInteger violations = new AtomicInteger();
  private static HttpPort httpPort;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    httpPort = new HttpPort(HttpSettings.of("127.0.0.1"));
    port =
        httpPort
            .server(vertx, new HttpServerOptions().setMaxWebSocketFrameSize(MAX))
            .webSocketHandler(WebSocketRulesIT::open)
            .listen(0, "127.0.0.1")
            .await(30, TimeUnit.SECONDS)
            .actualPort();
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private static void open(ServerWebSocket socket) {
    WebSocketRules.enforce(socket, MAX, violations::incrementAndGet);
    socket.textMessageHandler(heard::add);
  }

  private static RawConnection connect() {
    var connection = RawConnection.to(port).send(UPGRADE);
    assertThat(connection.readStatus()).isEqualTo(101);
    return connection;
  }

  private static byte[] frame(int first, byte[] payload) {
    return frame(first, true, payload);
  }

  private static byte[] frame(int first, String payload) {
    return frame(first, payload.getBytes(UTF_8));
  }

  /** Masked with zeros, which leaves the payload unchanged. */
  private static byte[] frame(int first, boolean masked, byte[] payload) {
    var frame = new ByteArrayOutputStream();
    frame.write(first);
    int mask = masked ? 0x80 : 0;
    if (payload.length < 126) {
      frame.write(mask | payload.length);
    } else {
      frame.write(mask | 126);
      frame.write(payload.length >> 8);
      frame.write(payload.length & 0xff);
    }
    if (masked) frame.writeBytes(new byte[4]);
    frame.writeBytes(payload);
    return frame.toByteArray();
  }

  private static byte[] join(byte[]... frames) {
    var all = new ByteArrayOutputStream();
    for (var frame : frames) all.writeBytes(frame);
    return all.toByteArray();
  }

  static Stream<Arguments> violations() {
    var euro = "€".getBytes(UTF_8);
    return Stream.of(
        Arguments.of("a frame too large", 1009, frame(TEXT, "x".repeat(MAX + 1))),
        Arguments.of(
            "a message too large",
            1009,
            join(frame(TEXT_BEGINS, "x".repeat(MAX)), frame(GOES_ON, "x"), frame(ENDS, "x"))),
        Arguments.of(
            "a binary message too large", 1009, join(frame(2, "x".repeat(MAX)), frame(ENDS, "x"))),
        Arguments.of("no UTF-8", 1007, frame(TEXT, new byte[] {(byte) 0xff})),
        Arguments.of(
            "a surrogate", 1007, frame(TEXT, new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80})),
        Arguments.of("half of a character", 1007, frame(TEXT, Arrays.copyOf(euro, 2))),
        Arguments.of(
            "no UTF-8 in a later frame",
            1007,
            join(frame(TEXT_BEGINS, "a"), frame(ENDS, new byte[] {(byte) 0xc0}))),
        Arguments.of("no mask", 1002, frame(TEXT, false, new byte[] {'a'})),
        Arguments.of("reserved bit", 1002, frame(TEXT | 0x40, "a")),
        Arguments.of("reserved opcode", 1002, frame(0x83, "a")),
        Arguments.of("reserved control opcode", 1002, frame(0x8b, "a")),
        Arguments.of("a ping of 126 bytes", 1002, frame(PING, "x".repeat(126))),
        Arguments.of("a ping in fragments", 1002, frame(0x09, "a")),
        Arguments.of("a continuation of nothing", 1002, frame(ENDS, "a")),
        Arguments.of(
            "a message inside of another", 1002, join(frame(TEXT_BEGINS, "a"), frame(TEXT, "b"))),
        Arguments.of("half of a close code", 1002, frame(CLOSE, "a")),
        Arguments.of("an invalid close code", 1002, frame(CLOSE, new byte[] {0x03, (byte) 0xed})),
        Arguments.of(
            "a close reason that is no UTF-8",
            1007,
            frame(CLOSE, new byte[] {0x03, (byte) 0xe8, (byte) 0xff})));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("violations")
  void tellsWhatTheClientDidWrong(String what, int code, byte[] frames) {
    int before = violations.get();
    try (var connection = connect().send(frames)) {
      var answer = connection.readAllBytes();
      assertThat(answer[0] & 0xff).isEqualTo(CLOSE);
      assertThat(((answer[2] & 0xff) << 8) | (answer[3] & 0xff)).isEqualTo(code);
      assertThat(answer).hasSize(2 + (answer[1] & 0x7f));
    }
    await().until(() -> violations.get() == before + 1);
  }

  @Test
  void hearsMessagesHoweverTheyAreDivided() throws Exception {
    heard.clear();
    var euro = "€".getBytes(UTF_8);
    try (var connection = connect()) {
      connection.send(
          join(
              frame(TEXT_BEGINS, ""),
              frame(ENDS, "first empty"),
              frame(TEXT_BEGINS, ""),
              frame(GOES_ON, ""),
              frame(GOES_ON, "empty"),
              frame(GOES_ON, ""),
              frame(PING, "between"),
              frame(ENDS, ""),
              frame(TEXT_BEGINS, Arrays.copyOf(euro, 1)),
              frame(ENDS, Arrays.copyOfRange(euro, 1, 3)),
              frame(TEXT, ""),
              frame(TEXT, "x".repeat(MAX)),
              frame(BINARY, new byte[] {(byte) 0xff})));
      for (var message : List.of("first empty", "empty", "€", "", "x".repeat(MAX))) {
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(message);
      }
      assertThat(connection.readUntil("between")).endsWith("\u008a\u0007between");
    }
  }

  @Test
  void answersEveryPingOfAClientThatReads() {
    try (var connection = connect()) {
      for (int i = 0; i < 3; i++) {
        connection.send(frame(PING, "a").clone());
        for (int j = 0; j < 20; j++) connection.send(frame(PING, "b" + j));
        connection.readUntil("a");
        for (int j = 0; j < 20; j++) connection.readUntil("b" + j);
      }
    }
  }

  @Test
  void endsAClientThatPingsAndDoesNotRead() {
    try (var connection = RawConnection.slowReader(port).send(UPGRADE)) {
      assertThat(connection.readStatus()).isEqualTo(101);
      var pings =
          join(Collections.nCopies(100, frame(PING, "x".repeat(125))).toArray(byte[][]::new));
      int sent = connection.flood(pings, 100_000);
      assertThat(sent).isLessThan(100_000);
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> httpPort.connections().total() == 0);
  }

  /** As a feed may do to us. */
  @Test
  void endsAServerThatPingsAndDoesNotRead() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var flood = CompletableFuture.supplyAsync(() -> flood(server));
      var closed = new CompletableFuture<Void>();
      vertx
          .createWebSocketClient(new WebSocketClientOptions())
          .connect(server.getLocalPort(), "127.0.0.1", "/")
          .onSuccess(Pongs::bound)
          .onSuccess(socket -> socket.closeHandler(end -> closed.complete(null)))
          .await(30, TimeUnit.SECONDS);
      closed.get(60, TimeUnit.SECONDS);
      assertThat(flood.get(20, TimeUnit.SECONDS)).isGreaterThan(Pongs.MAX_UNANSWERED);
    }
  }

  /** How many pings were sent until the client closed the connection. */
  private static int flood(ServerSocket server) {
    int sent = 0;
    try (var socket = server.accept()) {
      var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      var key = "";
      for (var line = lines.readLine(); !line.isEmpty(); line = lines.readLine()) {
        var header = line.split(": ", 2);
        if (header[0].equalsIgnoreCase("sec-websocket-key")) key = header[1];
      }
      var accept = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(UTF_8));
      var answer =
          String.join(
              "\r\n",
              "HTTP/1.1 101 Switching Protocols",
              "Connection: Upgrade",
              "Upgrade: websocket",
              "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(accept),
              "",
              "");
      socket.getOutputStream().write(answer.getBytes(UTF_8));
      var ping = frame(PING, false, "x".repeat(125).getBytes(UTF_8));
      for (; sent < 10_000_000; sent++) socket.getOutputStream().write(ping);
      throw new AssertionError("the client takes pings for ever");
    } catch (IOException closed) {
      return sent;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
