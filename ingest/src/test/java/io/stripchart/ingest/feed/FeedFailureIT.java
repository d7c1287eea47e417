package io.stripchart.ingest.feed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.control.FeedStatus;
import io.stripchart.common.settings.Secret;
import io.stripchart.ingest.protocol.Subprotocol;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("brokerless")
@Timeout(120)
class FeedFailureIT {
  private static final Buffer PROTOCOL_VERSION =
      Buffer.buffer(HexFormat.of().parseHex("15030300020246"));

  private static final Vertx vertx = Vertx.vertx();

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  private static String tls(String file) {
    try {
      return Path.of(FeedFailureIT.class.getResource("tls/" + file).toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static HttpServerOptions encrypted(String certificate) {
    var key = new PemKeyCertOptions().setKeyPath(tls("key.pem")).setCertPath(tls(certificate));
    return new HttpServerOptions().setSsl(true).setKeyCertOptions(key);
  }

  /** Why a feed cannot connect to 127.0.0.1. */
  private static String failure(int port, String trust) {
    var feed =
        "[{'series':'a','url':'wss://127.0.0.1:%d/','trust':'%s'}]".formatted(port, tls(trust));
    try (var feeds = LoneFeeds.start(vertx, feed)) {
      return feeds.awaitFailure("a");
    }
  }

  private static String failure(HttpServerOptions options, String trust) {
    var server =
        vertx
            .createHttpServer(options)
            .requestHandler(request -> request.response().setStatusCode(503).end());
    server.listen(0, "127.0.0.1").await();
    try {
      return failure(server.actualPort(), trust);
    } finally {
      server.close().await();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "valid.pem|authority.pem|the server answered 503 Service Unavailable instead of a websocket",
        "valid.pem|other.pem|TLS: the certificate's authority is unknown: CN=Stripchart test authority",
        "other.pem|authority.pem|TLS: the certificate is for other.example, *.feeds.example, and not for 127.0.0.1",
        "expired.pem|authority.pem|TLS: the certificate of CN=localhost has expired at 2021-01-01T00:00:00Z",
        "future.pem|authority.pem|TLS: the certificate of CN=localhost is not valid before 2110-01-01T00:00:00Z"
      })
  void saysWhatIsWrongWithACertificate(String certificate, String trust, String why) {
    assertThat(failure(encrypted(certificate), trust)).startsWith(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void saysThatTheServerDemandsACertificate(String version) {
    var options =
        encrypted("valid.pem")
            .setClientAuth(ClientAuth.REQUIRED)
            .setEnabledSecureTransportProtocols(Set.of(version))
            .setTrustOptions(new PemTrustOptions().addCertPath(tls("authority.pem")));
    assertThat(failure(options, "authority.pem"))
        .startsWith("TLS: the server asked for a certificate of the client");
  }

  @Test
  void saysThatThePortDoesNotSpeakTls() {
    var why = "TLS: the port does not speak TLS; ws:// is for one that does not";
    assertThat(failure(new HttpServerOptions(), "authority.pem")).isEqualTo(why);
    try (var server = answering("HTTP/1.1 400 Bad Request\r\n\r\n")) {
      assertThat(failure(server.port(), "authority.pem")).isEqualTo(why);
    }
  }

  @Test
  void saysThatThePortSpeaksTlsWhereTheAddressDoesNot() {
    var server = vertx.createHttpServer(encrypted("valid.pem")).requestHandler(request -> {});
    server.listen(0, "127.0.0.1").await();
    try {
      assertThat(plainFailure(server.actualPort())).contains("a port that speaks TLS needs wss://");
    } finally {
      server.close().await();
    }
    // As OpenSSL answers: the alert protocol_version.
    try (var alert = answering(PROTOCOL_VERSION)) {
      assertThat(plainFailure(alert.port())).contains("a port that speaks TLS needs wss://");
    }
  }

  @Test
  void saysThatThereIsNoVersionOfTlsInCommon() {
    var hello = "160301002a" + "02000026" + "0301" + "00".repeat(32) + "00" + "002f" + "00";
    for (var answer : List.of(PROTOCOL_VERSION, Buffer.buffer(HexFormat.of().parseHex(hello)))) {
      try (var server = answering(answer)) {
        assertThat(failure(server.port(), "authority.pem"))
            .isEqualTo(
                "TLS: the server and we have no version of TLS in common; ours are 1.2 and 1.3");
      }
    }
  }

  private record Answering(NetServer server, AtomicInteger connections) implements AutoCloseable {
    int port() {
      return server.actualPort();
    }

    @Override
    public void close() {
      server.close().await();
    }
  }

  /** A server that answers whatever it gets, and closes. */
  private static Answering answering(String answer) {
    return answering(Buffer.buffer(answer));
  }

  private static Answering answering(Buffer answer) {
    var connections = new AtomicInteger();
    var server =
        vertx
            .createNetServer()
            .connectHandler(
                socket -> {
                  connections.incrementAndGet();
                  socket.handler(request -> socket.end(answer));
                });
    server.listen(0, "127.0.0.1").await();
    return new Answering(server, connections);
  }

  private static String plainFailure(int port) {
    var feed = "[{'series':'a','url':'ws://127.0.0.1:" + port + "/x?token=hush'}]";
    try (var feeds = LoneFeeds.start(vertx, feed)) {
      return feeds.awaitFailure("a");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "301|wss://u:hush@h.example/y?token=hush|wss://h.example/y?…",
        "302|/elsewhere|/elsewhere",
        "303|//h.example:444/y|//h.example:444/y",
        "307|wss://h.example|wss://h.example",
        "308|https://h.example/<hush>|an address that cannot be read"
      })
  void saysWhereARedirectLeads(int status, String location, String shown) {
    try (var server =
        answering("HTTP/1.1 " + status + " Moved\r\nLocation: " + location + "\r\n\r\n")) {
      assertThat(plainFailure(server.port()))
          .isEqualTo(
              "the server answered "
                  + status
                  + " and redirects to "
                  + shown
                  + ", which is not followed");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SSH-2.0-OpenSSH|the server does not speak HTTP",
        "HTTP/1.1 403 No|the server answered 403 Forbidden instead of a websocket",
        "HTTP/1.1 101 Yes|the server's handshake is none of a websocket"
      })
  void saysThatThereIsNoWebsocket(String answer, String why) {
    try (var server = answering(answer + "\r\n\r\n")) {
      assertThat(plainFailure(server.port())).startsWith(why);
    }
  }

  @Test
  void saysThatAHostDoesNotResolveOrRefuses() {
    var feeds =
        "[{'series':'a','url':'ws://nowhere.invalid/'},{'series':'b','url':'ws://127.0.0.1:1/'}]";
    try (var lone = LoneFeeds.start(vertx, feeds)) {
      assertThat(lone.awaitFailure("a")).contains("nowhere.invalid");
      assertThat(lone.awaitFailure("b")).contains("Connection refused");
    }
  }

  @Test
  void tellsTheStateOfAFeed() {
    var before = Instant.now();
    try (var server = OddServer.start(vertx, Subprotocol.LEGACY, new OddServer.Ways());
        var feeds =
            LoneFeeds.start(
                vertx, "[{'series':'a','protocol':'graphql-ws','url':'" + server.url() + "'}]")) {
      var connected = feeds.awaitStatus("a", status -> status.received() == 1);
      assertThat(connected.lastReading()).isBetween(before, Instant.now());
      assertThat(connected.protocol()).isEqualTo("graphql-ws");
      assertThat(connected.lastFailure()).isNull();
      server.drop();
      var again = feeds.awaitStatus("a", status -> status.received() == 2);
      assertThat(again.lastFailure().reason()).isEqualTo("closed with status 1012 restart");
      assertThat(again.lastFailure().time()).isBetween(connected.since(), again.since());
      assertThat(again.gaps()).isEqualTo(1);
      feeds.turn("a", false);
      assertThat(feeds.status("a").protocol()).isNull();
      assertThat(feeds.status("a").lastReading()).isEqualTo(again.lastReading());
    }
  }

  @Test
  void waitsEverLongerForAServerThatGivesOneReadingAndCloses() {
    var opened = new AtomicInteger();
    var server =
        vertx
            .createHttpServer()
            .webSocketHandler(
                socket -> {
                  opened.incrementAndGet();
                  socket.writeTextMessage("1").onFailure(gone -> {});
                  socket.close((short) 1013, "try later").onFailure(gone -> {});
                });
    server.listen(0, "127.0.0.1").await();
    var feed =
        "[{'series':'a','protocol':'plain','url':'ws://127.0.0.1:" + server.actualPort() + "/'}]";
    try (var feeds = LoneFeeds.start(vertx, feed)) {
      feeds.awaitStatus("a", status -> status.received() >= 3);
      // 0.2 s, then twice as long each time: with half of it at least, 10 attempts take 50 s.
      await().during(4, SECONDS).atMost(30, SECONDS).until(() -> opened.get() < 10);
      assertThat(feeds.status("a").gaps()).isGreaterThanOrEqualTo(3);
    } finally {
      server.close().await();
    }
  }

  /** The idle time is too long to be reckoned with, which no settings allow. */
  private static Feed broken(String series) {
    return new Feed(
        series,
        new FeedAddress(new Secret("ws://127.0.0.1:1/"), Map.of(), null),
        FeedRequest.plain(),
        Duration.ofSeconds(Long.MAX_VALUE));
  }

  @Test
  void keepsWhatIsWrongWithOneFeedFromAllOthers() {
    try (var server = OddServer.start(vertx, Subprotocol.PLAIN, new OddServer.Ways())) {
      var sound =
          new Feed(
              "b",
              new FeedAddress(new Secret(server.url()), Map.of(), null),
              FeedRequest.plain(),
              Duration.ofSeconds(30));
      try (var feeds = LoneFeeds.start(vertx, List.of(broken("a"), sound, broken("c")))) {
        feeds.awaitStatus("b", status -> status.received() > 0);
        assertThat(feeds.notStarted().orElseThrow())
            .startsWith("could not be started: a: ")
            .contains("; c: ");
        assertThat(feeds.status("a").state()).isEqualTo(FeedStatus.State.CONNECTING);
        assertThat(feeds.awaitFailure("a")).startsWith("could not be started: ");
        assertThat(feeds.turn("a", false)).isEmpty();
        assertThat(feeds.turn("c", false)).isEmpty();
        assertThat(feeds.notStarted()).isEmpty();
        assertThat(feeds.turn("a", true)).isPresent();
      }
    }
  }
}
