package io.stripchart.common.broker;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurator;
import com.rabbitmq.client.SocketConfigurators;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.IOException;
import java.net.Socket;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections that never recover by themselves: whoever holds one replaces it whole.
 * Blocking; for I/O threads only.
 */
final class Connections {
  private static final Logger log = LoggerFactory.getLogger(Connections.class);

  private final BoundedFactory factory = new BoundedFactory();
  private final ExecutorService callbacks = new ReadersThread();
  private final boolean encrypted;
  private final DeadLetterDeclaration deadLetters;
  private final AtomicReference<Socket> latestSocket = new AtomicReference<>();

  /**
   * @throws IllegalArgumentException where the URI cannot be used
   */
  Connections(BrokerSettings settings) {
    try {
      var uri = settings.uri().reveal();
      factory.setUri(uri);
      encrypted = uri.startsWith("amqps:");
    } catch (URISyntaxException | GeneralSecurityException e) {
      // Without its cause, which quotes the whole of it.
      throw new IllegalArgumentException(
          "the broker's URI cannot be used: must be amqp://user:password@host:port/vhost");
    }
    deadLetters = new DeadLetterDeclaration(settings.deadLetters());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setRequestedHeartbeat((int) settings.heartbeat().toSeconds());
    factory.setConnectionTimeout(5_000);
    factory.setHandshakeTimeout(5_000);
    factory.setChannelRpcTimeout(15_000);
    factory.setSocketConfigurator(keepingSocket());
    factory.setExceptionHandler(new ToldElsewhere());
  }

  /**
   * A connection.
   *
   * @param socket closing it is the one way to free a thread that blocks in a write
   * @param frames what it reads
   */
  record Opened(Connection connection, Socket socket, BoundedFrames frames) {}

  Opened open(String name) throws IOException, TimeoutException {
    if (encrypted) verifyCertificates();
    var connection = factory.newConnection(callbacks, name);
    return new Opened(connection, latestSocket.get(), factory.latestFrames);
  }

  /** By itself the client would encrypt without looking at the certificate. Reads files. */
  private void verifyCertificates() throws IOException {
    try {
      factory.useSslProtocol(SSLContext.getDefault());
      factory.enableHostnameVerification();
    } catch (GeneralSecurityException e) {
      throw new IOException("certificates cannot be verified", e);
    }
  }

  DeadLetterDeclaration deadLetters() {
    return deadLetters;
  }

  private SocketConfigurator keepingSocket() {
    return socket -> {
      SocketConfigurators.defaultConfigurator().configure(socket);
      latestSocket.set(socket);
    };
  }

  /** Whose connections hold no message that is larger than {@link BoundedFrames} allows. */
  private static final class BoundedFactory extends ConnectionFactory {
    private volatile BoundedFrames latestFrames;

    @Override
    protected synchronized FrameHandlerFactory createFrameHandlerFactory() throws IOException {
      var plain = super.createFrameHandlerFactory();
      return (address, name) -> latestFrames = new BoundedFrames(plain.create(address, name));
    }
  }

  /** That a connection broke is told once, by the link that it belonged to. */
  private static final class ToldElsewhere extends DefaultExceptionHandler {
    @Override
    public void handleUnexpectedConnectionDriverException(
        Connection connection, Throwable exception) {
      log.debug("event=connection_broke cause=\"{}\"", exception.toString());
    }
  }
}
