package io.stripchart.embedded;

import static io.stripchart.embedded.Amqp.publish;
import static io.stripchart.embedded.Amqp.take;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.PossibleAuthenticationFailureException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("brokerless")
@Timeout(60)
class EmbeddedBrokerIT {
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(EmbeddedBroker.Config.inMemory());
  }

  @AfterAll
  static void close() {
    broker.close();
  }

  @Test
  void routesByTopicAndConfirms() throws Exception {
    try (var connection = Amqp.connect(broker.uri());
        var channel = connection.createChannel()) {
      channel.exchangeDeclare("topics", "topic", true);
      channel.queueDeclare("rooms", true, false, false, null);
      channel.queueBind("rooms", "topics", "room.*.temperature");
      channel.confirmSelect();
      channel.basicPublish("topics", "room.1.temperature", null, "21.5".getBytes(UTF_8));
      channel.basicPublish("topics", "room.1.humidity", null, "40".getBytes(UTF_8));
      channel.waitForConfirmsOrDie(5_000);
      assertThat(take(channel, "rooms")).isEqualTo("21.5");
      assertThat(take(channel, "rooms")).isNull();
    }
  }

  @Test
  void ignoresArgumentsThatOnlyRabbitMqKnows() throws Exception {
    try (var connection = Amqp.connect(broker.uri());
        var channel = connection.createChannel()) {
      channel.exchangeDeclare("x", "topic", true, false, Map.of("x-unknown", "dead"));
      channel.queueDeclare(
          "q", true, false, false, Map.of("x-queue-type", "quorum", "x-delivery-limit", 5));
      channel.queueBind("q", "x", "#");
      assertThat(channel.isOpen()).isTrue();
    }
  }

  @Test
  void keepsVirtualHostsApart() throws Exception {
    broker.addVirtualHost("apart");
    try (var connection = Amqp.connect(broker.uri());
        var channel = connection.createChannel();
        var other = Amqp.connect(broker.uri("apart"));
        var otherChannel = other.createChannel()) {
      channel.queueDeclare("same", false, false, false, null);
      otherChannel.queueDeclare("same", false, false, false, null);
      channel.confirmSelect();
      publish(channel, "same", "here");
      channel.waitForConfirmsOrDie(5_000);
      assertThat(take(otherChannel, "same")).isNull();
      assertThat(take(channel, "same")).isEqualTo("here");
    }
    broker.removeVirtualHost("apart");
  }

  @Test
  void closesTheConnectionsOfAVirtualHostThatIsRemoved() throws Exception {
    broker.addVirtualHost("brief");
    var connection = Amqp.connect(broker.uri("brief"));
    var closed = new CountDownLatch(1);
    connection.addShutdownListener(cause -> closed.countDown());
    broker.removeVirtualHost("brief");
    broker.removeVirtualHost("brief");
    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> Amqp.connect(broker.uri("brief"))).isNotNull();
  }

  @Test
  void refusesAVirtualHostThatIsThere() {
    broker.addVirtualHost("taken");
    assertThatThrownBy(() -> broker.addVirtualHost("taken"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"taken\"");
  }

  @Test
  void refusesAWrongPassword() {
    var uri = broker.uri().replace(":stripchart@", ":guessed@");
    assertThatThrownBy(() -> Amqp.connect(uri))
        .isInstanceOf(PossibleAuthenticationFailureException.class);
  }

  @Test
  void takesThePasswordThatItIsGiven() throws Exception {
    var config = EmbeddedBroker.Config.inMemory().withCredentials("a b", "$x}/@:%+#?\"\\");
    try (var other = EmbeddedBroker.start(config);
        var connection = Amqp.connect(other.uri())) {
      assertThat(connection.isOpen()).isTrue();
    }
  }

  @Test
  void refusesAPasswordThatQpidWouldReadAsAnother() {
    var config = EmbeddedBroker.Config.inMemory();
    for (var password : new String[] {"", "é", "${user.home}"}) {
      assertThatThrownBy(() -> config.withCredentials("user", password))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("printable ASCII");
    }
  }

  @Test
  void namesThePortThatIsTaken() {
    var config = EmbeddedBroker.Config.inMemory().withPort(broker.port());
    assertThatThrownBy(() -> EmbeddedBroker.start(config))
        .isInstanceOf(EmbeddedStartException.class)
        .hasMessageContaining("port " + broker.port() + " on 127.0.0.1 is taken");
  }

  @Test
  void refusesAPortOutOfRange() {
    assertThatThrownBy(() -> EmbeddedBroker.Config.inMemory().withPort(65_536))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to 65535, is 65536");
  }

  @Test
  void hidesThePassword() {
    var config = EmbeddedBroker.Config.inMemory().withCredentials("user", "secret");
    assertThat(config.toString()).doesNotContain("secret");
  }

  @Test
  void listensAgainOnThePortThatItHad() throws Exception {
    EmbeddedBroker.Config config;
    try (var first = EmbeddedBroker.start(EmbeddedBroker.Config.inMemory());
        var connection = Amqp.connect(first.uri())) {
      config = EmbeddedBroker.Config.inMemory().withPort(first.port());
      assertThat(connection.isOpen()).isTrue();
    }
    try (var second = EmbeddedBroker.start(config);
        var connection = Amqp.connect(second.uri())) {
      assertThat(connection.isOpen()).isTrue();
    }
  }
}
