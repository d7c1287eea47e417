package io.stripchart.embedded;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import java.nio.charset.StandardCharsets;

/** A plain client's side of a test. */
final class Amqp {
  private Amqp() {}

  static Connection connect(String uri) throws Exception {
    var factory = new ConnectionFactory();
    factory.setAutomaticRecoveryEnabled(false);
    factory.setUri(uri);
    return factory.newConnection();
  }

  /** Publishes a persistent message straight to a queue. */
  static void publish(Channel channel, String queue, String body) throws Exception {
    channel.basicPublish(
        "", queue, MessageProperties.PERSISTENT_BASIC, body.getBytes(StandardCharsets.UTF_8));
  }

  /** Takes the next message off a queue; null if there is none. */
  static String take(Channel channel, String queue) throws Exception {
    var got = channel.basicGet(queue, true);
    return got == null ? null : new String(got.getBody(), StandardCharsets.UTF_8);
  }
}
