package io.stripchart.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class KillableBrokerIT {
  @Test
  void keepsWhatItConfirmed() throws Exception {
    try (var broker = KillableBroker.create()) {
      var connection = TestBroker.connect(broker.uri());
      publish(connection);
      try (var outage = broker.killed()) {
        await().until(() -> !connection.isOpen());
        assertThatThrownBy(() -> TestBroker.connect(broker.uri()))
            .isInstanceOf(IllegalStateException.class);
      }
      assertThat(kept(broker)).isEqualTo("21.5");
    }
  }

  private static void publish(Connection connection) throws Exception {
    var channel = connection.createChannel();
    channel.queueDeclare("kept", true, false, false, Map.of("x-queue-type", "quorum"));
    channel.confirmSelect();
    channel.basicPublish("", "kept", MessageProperties.PERSISTENT_BASIC, "21.5".getBytes(UTF_8));
    channel.waitForConfirmsOrDie(10_000);
  }

  /** Asks until it answers: on RabbitMQ a quorum queue has no leader for a while after a start. */
  private static String kept(KillableBroker broker) {
    return await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(() -> take(broker), Objects::nonNull);
  }

  private static String take(KillableBroker broker) throws Exception {
    var connection = TestBroker.connect(broker.uri());
    try {
      var got = connection.createChannel().basicGet("kept", false);
      return got == null ? null : new String(got.getBody(), UTF_8);
    } finally {
      connection.abort();
    }
  }
}
