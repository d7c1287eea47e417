package io.stripchart.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("brokerless")
@Timeout(30)
class FaultyLinkIT {
  private ServerSocket server;
  private FaultyLink link;
  private Socket client;
  private Socket accepted;

  @BeforeEach
  void connect() throws IOException {
    server = FreePort.listen(0);
    link = FaultyLink.to("127.0.0.1", server.getLocalPort());
    client = connectToLink();
    accepted = server.accept();
    accepted.setSoTimeout(10_000);
  }

  @AfterEach
  void close() throws IOException {
    link.close();
    client.close();
    accepted.close();
    server.close();
  }

  @Test
  void carriesBytesBothWays() throws IOException {
    send(client, "ping");
    assertThat(receive(accepted, 4)).isEqualTo("ping");
    send(accepted, "pong");
    assertThat(receive(client, 4)).isEqualTo("pong");
    assertThat(link.connections()).isEqualTo(1);
    assertThat(link.accepted()).isEqualTo(1);
  }

  @Test
  void carriesMuchUnchanged() throws Exception {
    var much = new byte[5_000_000];
    new Random(1).nextBytes(much);
    var writer = LinkedConnection.thread("writer", () -> write(client, much));
    writer.start();
    assertThat(accepted.getInputStream().readNBytes(much.length)).isEqualTo(much);
    writer.join();
  }

  @Test
  void carriesAnEndOfStreamWhileTheOtherWayGoesOn() throws IOException {
    send(client, "ask");
    client.shutdownOutput();
    assertThat(new String(accepted.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("ask");
    send(accepted, "answer");
    assertThat(receive(client, 6)).isEqualTo("answer");
    accepted.close();
    assertThat(client.getInputStream().read()).isEqualTo(-1);
    await().until(() -> link.connections() == 0);
  }

  @Test
  void slowsDownAWriterWhoseReaderDoesNotRead() throws Exception {
    client.setSendBufferSize(64 * 1024);
    var sent = new byte[50_000_000];
    var writer = LinkedConnection.thread("writer", () -> write(client, sent));
    writer.start();
    writer.join(500);
    assertThat(writer.isAlive()).isTrue();
    assertThat(accepted.getInputStream().readNBytes(sent.length)).hasSize(sent.length);
    writer.join();
  }

  @Test
  void cutsWhatIsOpenAndAcceptsWhatIsNew() throws IOException {
    link.cut();
    assertThatThrownBy(() -> receive(client, 1)).isInstanceOf(SocketException.class);
    assertThatThrownBy(() -> receive(accepted, 1)).isInstanceOf(SocketException.class);
    assertThat(link.connections()).isZero();
    try (var next = connectToLink();
        var nextAccepted = server.accept()) {
      send(next, "again");
      assertThat(receive(nextAccepted, 5)).isEqualTo("again");
      assertThat(link.accepted()).isEqualTo(2);
    }
  }

  @Test
  void refusesConnectionsWhileItIsStopped() throws IOException {
    try (var outage = link.stopped()) {
      assertThatThrownBy(() -> receive(client, 1)).isInstanceOf(SocketException.class);
      assertThatThrownBy(this::connectToLink).isInstanceOf(ConnectException.class);
    }
    try (var next = connectToLink();
        var nextAccepted = server.accept()) {
      send(next, "again");
      assertThat(receive(nextAccepted, 5)).isEqualTo("again");
    }
  }

  @Test
  void staysStoppedUntilTheLastOfTwoOutagesEnds() throws IOException {
    try (var outer = link.stopped()) {
      var inner = link.stopped();
      inner.close();
      inner.close();
      assertThatThrownBy(this::connectToLink).isInstanceOf(ConnectException.class);
    }
    connectToLink().close();
  }

  @Test
  void forwardsNothingWhileItIsFrozenAndAllAfterwards() throws IOException {
    client.setSoTimeout(300);
    try (var outage = link.frozen()) {
      send(client, "late");
      send(accepted, "later");
      assertThatThrownBy(() -> receive(client, 1)).isInstanceOf(SocketTimeoutException.class);
      assertThat(accepted.getInputStream().available()).isZero();
      assertThat(link.connections()).isEqualTo(1);
    }
    client.setSoTimeout(10_000);
    assertThat(receive(accepted, 4)).isEqualTo("late");
    assertThat(receive(client, 5)).isEqualTo("later");
  }

  @Test
  void cutsEvenWhatIsFrozen() {
    try (var outage = link.frozen()) {
      link.cut();
      assertThatThrownBy(() -> receive(client, 1)).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void resetsAClientWhoseTargetIsGone() throws IOException {
    server.close();
    try (var next = connectToLink()) {
      assertThatThrownBy(() -> receive(next, 1)).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void putsItselfIntoAUri() {
    assertThat(link.through("amqp://user:p%40ss@host:5672/vhost?x=1"))
        .isEqualTo("amqp://user:p%40ss@127.0.0.1:" + link.port() + "/vhost?x=1");
    assertThat(link.through("ws://host/graphql"))
        .isEqualTo("ws://127.0.0.1:" + link.port() + "/graphql");
  }

  @Test
  void refusesAUriWhosePortItCannotKnow() {
    assertThatThrownBy(() -> FaultyLink.to("unknown://host"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("port");
  }

  private Socket connectToLink() throws IOException {
    var socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), link.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static String receive(Socket socket, int bytes) throws IOException {
    return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.UTF_8);
  }
}
