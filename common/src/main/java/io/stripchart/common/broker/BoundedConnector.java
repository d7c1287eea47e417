package io.stripchart.common.broker;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurators;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.IOException;
import java.net.Socket;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens connections for receiving messages, which {@link BoundedFrames} shortens. */
final class BoundedConnector implements Connector {
  private static final Logger log = LoggerFactory.getLogger(BoundedConnector.class);

  private final Factory factory = new Factory();
  private final boolean encrypted;

  /**
   * @throws IllegalArgumentException where the URI cannot be used
   */
  BoundedConnector(BrokerSettings settings) {
    encrypted = Connector.isEncrypted(settings);
    try {
      factory.setUri(settings.uri().reveal());
    } catch (URISyntaxException | GeneralSecurityException e) {
      throw new IllegalStateException("a URI that was checked cannot be used");
    }
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setRequestedHeartbeat((int) settings.heartbeat().toSeconds());
    factory.setConnectionTimeout(CONNECT_MILLIS);
    factory.setHandshakeTimeout(HANDSHAKE_MILLIS);
    factory.setChannelRpcTimeout(RPC_MILLIS);
    factory.setSocketConfigurator(
        socket -> {
          SocketConfigurators.defaultConfigurator().configure(socket);
          factory.latestSocket = socket;
        });
    factory.setExceptionHandler(new QuietExceptionHandler());
  }

  @Override
  public Opened open(String name) throws IOException, TimeoutException {
    if (encrypted) verifyCertificates();
    var connection = factory.newConnection(new ReaderExecutor(), name);
    var socket = factory.latestSocket;
    try {
      var channel = Connector.requireChannel(connection.createChannel());
      return new Opened(connection, channel, socket, factory.latestFrames);
    } catch (IOException | RuntimeException e) {
      connection.abort();
      throw e;
    }
  }

  /** By default, the client encrypts without looking at the certificate. Reads files. */
  private void verifyCertificates() throws IOException {
    try {
      factory.useSslProtocol(SSLContext.getDefault());
      factory.enableHostnameVerification();
    } catch (GeneralSecurityException e) {
      throw new IOException("certificates cannot be verified", e);
    }
  }

  /** Its connections are opened by one thread at a time. */
  private static final class Factory extends ConnectionFactory {
    private volatile Socket latestSocket;
    private volatile BoundedFrames latestFrames;

    @Override
    protected synchronized FrameHandlerFactory createFrameHandlerFactory() throws IOException {
      var plain = super.createFrameHandlerFactory();
      return (address, name) -> latestFrames = new BoundedFrames(plain.create(address, name));
    }
  }

  /** The owner of a connection logs that it broke. */
  private static final class QuietExceptionHandler extends DefaultExceptionHandler {
    @Override
    public void handleUnexpectedConnectionDriverException(
        Connection connection, Throwable exception) {
      log.debug("event=connection_broke cause=\"{}\"", exception.toString());
    }
  }

  /**
   * Runs the callbacks of a connection on the thread that reads it. To wake another thread for a
   * delivery costs more than to take the delivery, and no callback of ours blocks. It is never shut
   * down, so that the last callback of a connection runs too.
   */
  private static final class ReaderExecutor extends AbstractExecutorService {
    @Override
    public void execute(Runnable callback) {
      callback.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }
  }
}
