package io.stripchart.common.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.Closeable;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeoutException;

/**
 * Opens connections that do not recover by themselves. Blocks; for I/O threads only.
 *
 * <p>Connections that only publish are opened by Vert.x's RabbitMQ client. Connections that receive
 * messages are not, as it has no limit for the size of a message; see
 * docs/decisions/0001-vertx-rabbitmq-client-for-publishing.md.
 */
interface Connector {
  int CONNECT_MILLIS = 5_000;
  int HANDSHAKE_MILLIS = 5_000;
  int RPC_MILLIS = 15_000;

  /**
   * An open connection.
   *
   * @param channel its first one
   * @param socket closing it is the only way to free a thread that is blocked in a write
   * @param frames what it reads; null where it only publishes
   */
  record Opened(Connection connection, Channel channel, Closeable socket, BoundedFrames frames) {}

  /**
   * @param name of the connection, as the management console shows it
   */
  Opened open(String name) throws IOException, TimeoutException;

  /**
   * @return whether the URI asks for an encrypted connection
   * @throws IllegalArgumentException where the URI cannot be used
   */
  static boolean isEncrypted(BrokerSettings settings) {
    try {
      var factory = new ConnectionFactory();
      factory.setUri(settings.uri().reveal());
      return factory.isSSL();
    } catch (URISyntaxException | GeneralSecurityException e) {
      // Without its cause, which quotes the URI and its password.
      throw new IllegalArgumentException(
          "the broker's URI cannot be used: must be amqp://user:password@host:port/vhost");
    }
  }

  static Channel requireChannel(Channel channel) throws IOException {
    if (channel == null) throw new IOException("the broker allows no further channel");
    return channel;
  }
}
