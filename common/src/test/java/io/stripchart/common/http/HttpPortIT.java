package io.stripchart.common.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.settings.Settings;
import io.stripchart.testing.RawConnection;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of all ports for connections and requests, by sockets that send what clients do not. */
@Tag("brokerless")
@Timeout(120)
class HttpPortIT {
  private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final int BIG = 8 * 1024 * 1024;

  private final Vertx vertx = Vertx.vertx();
  private HttpPort port;
  private volatile HttpServerRequest held;
  private final AtomicInteger violations = new AtomicInteger();

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  /** A server that answers "ok" behind the body, much for /big, and for /hold not yet. */
  private int serve(String... settings) throws Exception {
    var environment = new HashMap<String, String>();
    for (int i = 0; i < settings.length; i += 2) environment.put(settings[i], settings[i + 1]);
    var read = new Settings(environment);
    port = new HttpPort(HttpSettings.from(read));
    read.check();
    return port.server(vertx, new HttpServerOptions())
        .requestHandler(this::answer)
        .webSocketHandler(
            socket -> WebSocketRules.enforce(socket, 1_000, violations::incrementAndGet))
        .listen(0, "127.0.0.1")
        .await(30, TimeUnit.SECONDS)
        .actualPort();
  }

  private void answer(HttpServerRequest request) {
    if (request.path().equals("/hold")) {
      held = request;
    } else if (request.path().equals("/big")) {
      request.response().end(Buffer.buffer(new byte[BIG])).onFailure(gone -> {});
    } else {
      request.body().compose(body -> request.response().end("ok")).onFailure(gone -> {});
    }
  }

  private static int status(int port, String request) {
    try (var connection = RawConnection.to(port).send(request)) {
      return connection.readStatus();
    }
  }

  /** The connection must be closed behind the answer. */
  private static String refusal(int port, String request) {
    try (var connection = RawConnection.to(port).send(request)) {
      return connection.readAll();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST / HTTP/1.1|Host: localhost|Transfer-Encoding: chunked|Content-Length: 5||0||",
        "POST / HTTP/1.1|Host: localhost|Content-Length: 5|Transfer-Encoding: chunked||0||",
        "POST / HTTP/1.1|Host: localhost|Transfer-Encoding: xchunked||",
        "POST / HTTP/1.1|Host: localhost|Transfer-Encoding: gzip, chunked||0||",
        "POST / HTTP/1.1|Host: localhost|Transfer-Encoding: chunked|Transfer-Encoding: chunked||0||",
        "POST / HTTP/1.0|Transfer-Encoding: chunked||0||",
        "POST / HTTP/1.1|Host: localhost|Content-Length: 1|Content-Length: 2||a",
        "POST / HTTP/1.1|Host: localhost|Content-Length: -1||",
        "POST / HTTP/1.1|Host: localhost|Content-Length: +1||a",
        "GET / HTTP/1.1||",
        "GET / HTTP/1.1|Host:||",
        "GET / HTTP/1.1|Host: localhost|Host: localhost||",
        "GET / HTTP/1.1|Host: localhost|host: evil.example||",
        "GET / HTTP/1.1|Host: a b||",
        "GET / HTTP/1.1|Host: user@localhost||",
        "GET / HTTP/1.1|Host: localhost/x||",
        "GET / HTTP/1.1|Host: localhost:x||",
        "GET / HTTP/1.1|Host: localhost|X-Folded: a| b||",
        "GET / HTTP/1.1|Host: localhost|X-Folded: a|\tb||",
        "GET / HTTP/1.1|Host : localhost||",
        "GET / HTTP/1.1|Host: localhost|no colon||",
        "GET relative HTTP/1.1|Host: localhost||",
        "GET ftp://localhost/ HTTP/1.1|Host: localhost||",
        "POST / HTTP/1.1|Host: localhost|Transfer-Encoding: chunked||zz|a|0||",
        "nonsense||",
      })
  void refusesWhatServersMayUnderstandDifferently(String request) throws Exception {
    var answer = refusal(serve(), request.replace("|", "\r\n"));
    assertThat(answer)
        .containsPattern("^HTTP/1.[01] 400 ")
        .contains("urn:stripchart:problem:bad-request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\nHost: localhost\n\n",
        "GET / HTTP/1.1\r\nHost: localhost\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n\n",
      })
  void refusesLinesThatEndWithALineFeedAlone(String request) throws Exception {
    assertThat(refusal(serve(), request)).containsPattern("^HTTP/1.[01] 400 ");
  }

  @Test
  void refusesAFoldedHeaderThatComesInPieces() throws Exception {
    try (var connection = RawConnection.to(serve())) {
      connection.send("GET / HTTP/1.1\r\nHost: localhost\r\nX-Folded: a\r\n");
      connection.send(" b\r\n\r\n");
      assertThat(connection.readAll()).startsWith("HTTP/1.1 400 ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1|Host: localhost||",
        "GET / HTTP/1.1|Host: LocalHost:1||",
        "GET / HTTP/1.1|Host: [::1]:8000||",
        "GET http://127.0.0.1/ HTTP/1.1|Host: 127.0.0.1||",
        "GET / HTTP/1.0||",
        "POST / HTTP/1.1|Host: localhost|Content-Length: 4||a\n b",
        "POST / HTTP/1.1|Host: localhost|Transfer-Encoding: chunked||4|a\n b|0||",
      })
  void takesWhatIsSound(String request) throws Exception {
    assertThat(status(serve(), request.replace("|", "\r\n"))).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "GET / HTTP/1.1|Host: evil.example||, 421",
    "GET / HTTP/1.0|Host: evil.example||, 421",
    "GET http://evil.example/ HTTP/1.1|Host: localhost||, 421",
    "GET / HTTP/1.1|Host: 10.0.0.1||, 421",
    "GET / HTTP/1.1|Host: evil.example|Upgrade: websocket|Connection: Upgrade"
        + "|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13||, 421",
    "PRI * HTTP/2.0||SM||, 505",
    "GET / HTTP/3.7|Host: localhost||, 505",
  })
  void refusesOtherHostsAndVersions(String request, int status) throws Exception {
    var answer = refusal(serve(), request.replace("|", "\r\n"));
    assertThat(answer).containsPattern("^HTTP/1.[01] " + status + " ");
  }

  @Test
  void looksAtTheHostOfEachRequestOfAConnection() throws Exception {
    try (var connection = RawConnection.to(serve())) {
      connection.send(GET + GET.replace("localhost", "evil.example"));
      assertThat(connection.readAll()).startsWith("HTTP/1.1 200 ").contains("HTTP/1.1 421 ");
    }
  }

  @Test
  void takesTheHostsOfSettings() throws Exception {
    int port =
        serve(
            "STRIPCHART_HOSTS",
            "api",
            "STRIPCHART_PUBLIC_URL",
            "https://sc.example:8443/sc",
            "STRIPCHART_HOST",
            "0.0.0.0");
    for (var host : List.of("api:8000", "sc.example", "10.0.0.1", "[fe80::1]:80")) {
      assertThat(status(port, GET.replace("localhost", host))).as(host).isEqualTo(200);
    }
    assertThat(status(port, GET.replace("localhost", "evil.example"))).isEqualTo(421);
  }

  @Test
  void looksAtTheForwardedHostOfATrustedProxyOnly() throws Exception {
    var request = GET.replace("\r\n\r\n", "\r\nX-Forwarded-Host: evil.example\r\n\r\n");
    assertThat(status(serve(), request)).isEqualTo(200);
    assertThat(status(serve("STRIPCHART_TRUSTED_PROXIES", "127.0.0.0/8"), request)).isEqualTo(421);
  }

  @Test
  void closesConnectionsThatSayNothing() throws Exception {
    int port = serve("STRIPCHART_HTTP_HEAD_TIMEOUT", "PT1S", "STRIPCHART_HTTP_IDLE", "PT1S");
    try (var silent = RawConnection.to(port);
        var partial = RawConnection.to(port).send("GET / HT");
        var dripping = RawConnection.to(port).send("GET / HTTP/1.1\r\nHost: localhost\r\n");
        var idle = RawConnection.to(port).send(GET);
        var second = RawConnection.to(port).send(GET)) {
      assertThat(idle.readUntil("ok")).contains(" 200 ");
      second.readUntil("ok");
      second.send("GET / HT");
      dripping.send("X-Drip: 1\r\n");
      assertThat(silent.readAll()).isEmpty();
      assertThat(partial.readAll()).startsWith("HTTP/1.1 408 ");
      assertThat(dripping.readAll()).startsWith("HTTP/1.1 408 ");
      assertThat(idle.readAll()).isEmpty();
      assertThat(second.readAll()).startsWith("HTTP/1.1 408 ");
    }
    await().until(() -> this.port.connections().total() == 0);
  }

  @Test
  void waitsForABodyNoLongerThanItsTime() throws Exception {
    int port = serve("STRIPCHART_HTTP_BODY_TIMEOUT", "PT1S");
    var head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n";
    try (var connection = RawConnection.to(port).send(head + "abc")) {
      assertThat(connection.readAll()).startsWith("HTTP/1.1 408 ").contains("within PT1S");
    }
    await().until(() -> this.port.requests().total() == 0);
  }

  @Test
  void closesAConnectionWhoseClientDoesNotRead() throws Exception {
    int port = serve("STRIPCHART_HTTP_UNREAD", "PT1S");
    try (var connection =
        RawConnection.slowReader(port).send("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      await().atMost(Duration.ofSeconds(30)).until(() -> this.port.connections().total() == 0);
      assertThat(connection.readAllBytes().length).isLessThan(BIG);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: localhost\r\nX-Drip: ",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\n\r\n"
      })
  void endsARequestThatComesByteByByte(String begin) throws Exception {
    int port =
        serve("STRIPCHART_HTTP_HEAD_TIMEOUT", "PT1S", "STRIPCHART_HTTP_BODY_TIMEOUT", "PT1S");
    try (var connection = RawConnection.to(port).send(begin)) {
      await().pollInterval(Duration.ofMillis(20)).until(() -> connection.send("a").hasAnswer());
      assertThat(connection.readStatus()).isEqualTo(408);
    }
    await().until(() -> this.port.connections().total() == 0);
  }

  @Test
  void closesAWebSocketWhoseMessageComesByteByByte() throws Exception {
    int port = serve("STRIPCHART_HTTP_BODY_TIMEOUT", "PT1S");
    var upgrade =
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
    // Masked by zeros: a text of two bytes, and a head of one of 900.
    var whole = new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'a', 'b'};
    var begin = new byte[] {(byte) 0x81, (byte) 0xfe, 3, (byte) 0x84, 0, 0, 0, 0};
    try (var idle = RawConnection.to(port).send(upgrade);
        var dripping = RawConnection.to(port).send(upgrade)) {
      idle.readHead();
      dripping.readHead();
      for (int i = 0; i < 100; i++) idle.send(whole);
      dripping.send(begin);
      await()
          .pollInterval(Duration.ofMillis(20))
          .until(() -> dripping.flood(new byte[] {'a'}, 1) == 0);
      assertThat(this.port.connections().total()).isOne();
      assertThat(this.port.bodyBytes()).isZero();
    }
  }

  @Test
  void closesAConnectionWhoseClientReadsByteByByte() throws Exception {
    int port = serve("STRIPCHART_HTTP_UNREAD", "PT1S");
    var connection =
        RawConnection.slowReader(port).send("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n");
    var reader = CompletableFuture.runAsync(() -> connection.readSlowly(BIG, BIG / 16));
    try {
      await().until(() -> this.port.connections().total() == 1);
      await().atMost(Duration.ofSeconds(30)).until(() -> this.port.connections().total() == 0);
    } finally {
      connection.close();
    }
    reader.get(30, TimeUnit.SECONDS);
  }

  @Test
  void keepsAConnectionWhoseClientReadsSlowly() throws Exception {
    int port = serve("STRIPCHART_HTTP_UNREAD", "PT2S");
    try (var connection =
        RawConnection.slowReader(port).send("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      assertThat(connection.readHead()).contains(" 200 ");
      assertThat(connection.readSlowly(BIG, 40)).isEqualTo(BIG);
    }
  }

  @Test
  void answersPipelinedRequestsInTurnAndEndsThemWhereTheyAreTooMany() throws Exception {
    int port = serve();
    try (var connection =
        RawConnection.to(port).send(GET.repeat(GuardedConnection.MAX_PIPELINED))) {
      for (int i = 0; i < GuardedConnection.MAX_PIPELINED; i++) connection.readUntil("ok");
      connection.send("GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n");
      await().until(() -> held != null);
      connection.send(GET.repeat(3 * GuardedConnection.MAX_PIPELINED));
      held.response().end("ok").await(30, TimeUnit.SECONDS);
      assertThat(connection.readAll()).contains("HTTP/1.1 429 ");
    }
  }

  @Test
  void boundsWhatAFloodOfRequestsLeavesUnread() throws Exception {
    int port = serve("STRIPCHART_HTTP_UNREAD", "PT1S");
    var request = "GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII);
    long before = memory();
    try (var connection = RawConnection.slowReader(port)) {
      connection.flood(request, 10_000);
      await().atMost(Duration.ofSeconds(30)).until(() -> this.port.connections().total() == 0);
    }
    assertThat(memory() - before).isLessThan(64L * 1024 * 1024);
  }

  private static long memory() {
    var runtime = Runtime.getRuntime();
    System.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void boundsConnectionsOfAnAddressAndInTotal() throws Exception {
    int port =
        serve("STRIPCHART_HTTP_CONNECTIONS", "10", "STRIPCHART_HTTP_CONNECTIONS_PER_ADDRESS", "6");
    var open = new ArrayList<RawConnection>();
    try {
      for (int i = 0; i < 6; i++) open.add(RawConnection.from("127.0.0.2", port));
      await().until(() -> this.port.connections().total() == 6);
      try (var more = RawConnection.from("127.0.0.2", port)) {
        assertThat(more.readAll()).startsWith("HTTP/1.1 429 ").contains("from this address");
      }
      for (int i = 0; i < 4; i++) open.add(RawConnection.from("127.0.0.3", port));
      await().until(() -> this.port.connections().total() == 10);
      try (var more = RawConnection.from("127.0.0.4", port)) {
        assertThat(more.readAll()).startsWith("HTTP/1.1 503 ");
      }
    } finally {
      open.forEach(RawConnection::close);
    }
    await().until(() -> this.port.connections().total() == 0);
    assertThat(status(port, GET)).isEqualTo(200);
  }

  @Test
  void boundsRequestsOfAnAddressAndInTotalAndCountsThoseOfAProxyByItsClients() throws Exception {
    int port =
        serve(
            "STRIPCHART_HTTP_REQUESTS",
            "3",
            "STRIPCHART_HTTP_REQUESTS_PER_ADDRESS",
            "2",
            "STRIPCHART_HTTP_CONNECTIONS_PER_ADDRESS",
            "1",
            "STRIPCHART_TRUSTED_PROXIES",
            "127.0.0.1");
    var open = new ArrayList<RawConnection>();
    try {
      for (var client : Arrays.asList("1.1.1.1", "1.1.1.1")) open.add(hold(port, client));
      await().until(() -> this.port.requests().total() == 2);
      try (var more = hold(port, "1.1.1.1")) {
        assertThat(more.readAll()).startsWith("HTTP/1.1 429 ").contains("retry-after: 1");
      }
      open.add(hold(port, "2.2.2.2"));
      await().until(() -> this.port.requests().total() == 3);
      try (var more = hold(port, "3.3.3.3")) {
        assertThat(more.readAll()).startsWith("HTTP/1.1 503 ");
      }
    } finally {
      open.forEach(RawConnection::close);
    }
    await().until(() -> this.port.requests().total() == 0);
  }

  private static RawConnection hold(int port, String client) {
    return RawConnection.to(port)
        .send("GET /hold HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: " + client + "\r\n\r\n");
  }

  @Test
  void endsTheOldestBodiesWhereTheyHoldTooMuch() throws Exception {
    int port = serve();
    var part = new byte[4 * 1024 * 1024];
    var head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n\r\n";
    var stuck = new ArrayList<RawConnection>();
    try {
      for (int i = 0; i < 20; i++) stuck.add(RawConnection.to(port).send(head).send(part));
      await().until(() -> stuck.get(0).hasAnswer());
      assertThat(stuck.get(0).readStatus()).isEqualTo(503);
      assertThat(
              status(
                  port,
                  GET.replace("GET", "POST").replace("\r\n\r\n", "\r\nContent-Length: 1\r\n\r\na")))
          .isEqualTo(200);
    } finally {
      stuck.forEach(RawConnection::close);
    }
  }

  @Test
  void servesAQuietClientBesideAThousandThatAreStuck() throws Exception {
    int port = serve();
    long alone = slowest(port);
    var stuck = new ArrayList<RawConnection>();
    var head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc";
    var kinds =
        List.of("", "GET / HTTP/1.1\r\nHo", head, "GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n");
    try {
      for (int i = 0; i < 1_000; i++) {
        stuck.add(RawConnection.to(port).send(kinds.get(i % kinds.size())));
      }
      assertThat(slowest(port)).isLessThan(2 * alone + Duration.ofMillis(50).toNanos());
    } finally {
      stuck.forEach(RawConnection::close);
    }
  }

  /** Of a hundred requests of one connection, except the slowest. */
  private static long slowest(int port) {
    var nanos = new long[300];
    try (var connection = RawConnection.to(port)) {
      for (int i = 0; i < nanos.length; i++) {
        long begin = System.nanoTime();
        connection.send(GET).readUntil("ok");
        nanos[i] = System.nanoTime() - begin;
      }
    }
    Arrays.sort(nanos);
    return nanos[nanos.length * 99 / 100];
  }
}
